import type { SyntaxNode } from '@lezer/common';

import { dotted, readArguments, type Aliases } from './calls.ts';
import { evaluate, type ILiteral } from './literals.ts';
import { parts, textOf } from './syntax.ts';

/** One place where the code reads a variable of its environment. */
export interface IEnvironmentRead {
  variable: string;
  cell: number;
  from: number;
  to: number;
  fallback: ILiteral | null;
  /** source of a fallback that is not a literal */
  expression: string | null;
  /** `os.environ["X"]`: fails where X is not set */
  required: boolean;
  /** `float(os.environ.get("X"))`: what the code makes of the text */
  wrapper: 'int' | 'float' | 'path' | null;
  /** the quote of the formatted string around it */
  quote: string | null;
  /** a bare number here would bind otherwise: `os.environ.get("X", 3) ** 2` */
  tight: boolean;
}

const GET = new Set(['os.environ.get', 'os.getenv']);
const WRAPPERS: Record<string, IEnvironmentRead['wrapper']> = {
  int: 'int',
  float: 'float',
  Path: 'path',
  'pathlib.Path': 'path'
};

/** Reads `os.environ.get("X", …)`, `os.getenv("X", …)`, `os.environ["X"]`. */
export function readEnvironment(
  node: SyntaxNode,
  source: string,
  aliases: Aliases,
  cell: number
): IEnvironmentRead | null {
  const found =
    node.name === 'CallExpression'
      ? ofCall(node, source, aliases)
      : ofSubscript(node, source, aliases);
  if (!found) {
    return null;
  }
  return {
    ...found,
    cell,
    from: node.from,
    to: node.to,
    wrapper: wrapperOf(node, source, aliases),
    quote: quoteAround(node, source),
    tight: !/^(AssignStatement|ArgList|ParenthesizedExpression)$/.test(
      node.parent?.name ?? ''
    )
  };
}

type Found = Pick<
  IEnvironmentRead,
  'variable' | 'fallback' | 'expression' | 'required'
>;

function ofCall(
  node: SyntaxNode,
  source: string,
  aliases: Aliases
): Found | null {
  const name = node.firstChild && dotted(node.firstChild, source, aliases);
  if (!name || !GET.has(name)) {
    return null;
  }
  const args = readArguments(node, source);
  const key = args.positional[0] ?? args.named.get('key')?.value;
  const variable = key && evaluate(key, source);
  if (variable?.type !== 'str' || args.starred) {
    return null;
  }
  const given = args.positional[1] ?? args.named.get('default')?.value;
  const fallback = given ? evaluate(given, source) : null;
  return {
    variable: variable.text,
    fallback,
    expression: given && !fallback ? textOf(given, source) : null,
    required: false
  };
}

function ofSubscript(
  node: SyntaxNode,
  source: string,
  aliases: Aliases
): Found | null {
  const [object, key, more] = parts(node);
  if (!key || more || key.name === 'PropertyName' || isTarget(node)) {
    return null;
  }
  const variable = evaluate(key, source);
  return dotted(object, source, aliases) === 'os.environ' &&
    variable?.type === 'str'
    ? {
        variable: variable.text,
        fallback: null,
        expression: null,
        required: true
      }
    : null;
}

/** `os.environ["X"] = …` and `del os.environ["X"]` read nothing. */
function isTarget(node: SyntaxNode): boolean {
  switch (node.parent?.name) {
    case 'DeleteStatement':
      return true;
    case 'UpdateStatement':
      return node.prevSibling === null;
    case 'AssignStatement': {
      for (let next = node.nextSibling; next; next = next.nextSibling) {
        if (next.name === 'AssignOp') {
          return true;
        }
      }
      return false;
    }
    default:
      return false;
  }
}

function wrapperOf(
  node: SyntaxNode,
  source: string,
  aliases: Aliases
): IEnvironmentRead['wrapper'] {
  const call = node.parent?.name === 'ArgList' ? node.parent.parent : null;
  const callee = call?.firstChild;
  if (!call || !callee || readArguments(call, source).positional.length !== 1) {
    return null;
  }
  const name = dotted(callee, source, aliases) ?? '';
  return Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : null;
}

function quoteAround(node: SyntaxNode, source: string): string | null {
  for (let up = node.parent; up; up = up.parent) {
    if (up.name === 'FormatString') {
      return /["']/.exec(textOf(up, source))?.[0] ?? null;
    }
  }
  return null;
}
