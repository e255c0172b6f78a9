import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import ts from 'typescript';

/** A message of the source as a translator gets it. */
export interface IMessage {
  readonly context: string | null;
  readonly one: string;
  /** null: it has no number in it */
  readonly many: string | null;
}

const ROOT = resolve(__dirname, '../..');

/** How many leading arguments of a call are text: context, one, many. */
const CALLS: Record<string, (texts: string[]) => IMessage> = {
  __: ([one]) => ({ context: null, one, many: null }),
  _n: ([one, many]) => ({ context: null, one, many }),
  _p: ([context, one]) => ({ context, one, many: null }),
  _np: ([context, one, many]) => ({ context, one, many })
};
const TEXTS: Record<string, number> = { __: 1, _n: 2, _p: 2, _np: 3 };

/** Every message that `src/` hands to the translator. */
export function messagesOfSource(): IMessage[] {
  const found = new Map<string, IMessage>();
  for (const file of readdirSync(join(ROOT, 'src'), { recursive: true })) {
    const name = String(file);
    if (/\.tsx?$/.test(name) && !name.includes('__tests__')) {
      const path = join(ROOT, 'src', name);
      for (const message of messagesOf(path, readFileSync(path, 'utf8'))) {
        found.set(JSON.stringify(message), message);
      }
    }
  }
  return [...found.values()];
}

/** @throws Error where a text is no literal, so that no translator can see it */
export function messagesOf(path: string, source: string): IMessage[] {
  const found: IMessage[] = [];
  const tree = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node) => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      Object.hasOwn(CALLS, node.expression.name.text)
    ) {
      const name = node.expression.name.text;
      const texts = node.arguments.slice(0, TEXTS[name]).map(argument => {
        if (!ts.isStringLiteralLike(argument)) {
          throw new Error(`${path}: ${argument.getText()} is no literal`);
        }
        return argument.text;
      });
      found.push(CALLS[name](texts));
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}
