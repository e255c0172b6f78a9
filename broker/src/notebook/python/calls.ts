import type { SyntaxNode } from '@lezer/common';

import { textOf } from './syntax.ts';

/** Local name → what it stands for: `w` → `ipywidgets`. */
export type Aliases = Map<string, string>;

/** Names that mean the same thing in every notebook, imported or not seen. */
const USUAL: Record<string, string> = {
  os: 'os',
  widgets: 'ipywidgets',
  ipywidgets: 'ipywidgets',
  np: 'numpy',
  pd: 'pandas',
  plt: 'matplotlib.pyplot'
};

export interface IArguments {
  positional: SyntaxNode[];
  named: Map<string, { name: SyntaxNode; value: SyntaxNode }>;
  /** `*args` or `**kwargs`: what is given cannot be known */
  starred: boolean;
}

/** Reads one import statement into the aliases. */
export function readImport(statement: string, aliases: Aliases): void {
  const words = statement
    .replace(/#.*/g, '')
    .replace(/[()\\]/g, ' ')
    .trim();
  const from = /^from\s+([\w.]+)\s+import\s+([\s\S]*)$/.exec(words);
  const list = from ? from[2] : words.replace(/^import\s+/, '');
  for (const entry of list.split(',')) {
    const [name, as, alias] = entry.trim().split(/\s+/);
    if (!name || name === '*') {
      if (from && name === '*') {
        aliases.set('*', from[1]);
      }
      continue;
    }
    const local = as === 'as' && alias ? alias : name;
    if (from) {
      aliases.set(local, `${from[1]}.${name}`);
    } else if (as === 'as') {
      aliases.set(local, name);
    } else {
      const root = name.split('.')[0];
      aliases.set(root, root);
    }
  }
}

/** `w.FloatSlider` → `ipywidgets.FloatSlider`; null where it is no such name. */
export function dotted(
  node: SyntaxNode,
  source: string,
  aliases: Aliases
): string | null {
  const path: string[] = [];
  let at = node;
  while (at.name === 'MemberExpression') {
    const [object, property] = [at.firstChild, at.lastChild];
    if (!object || property?.name !== 'PropertyName') {
      return null;
    }
    path.unshift(textOf(property, source));
    at = object;
  }
  if (at.name !== 'VariableName') {
    return null;
  }
  const name = textOf(at, source);
  const usual = Object.hasOwn(USUAL, name) ? USUAL[name] : name;
  return [aliases.get(name) ?? usual, ...path].join('.');
}

/** The arguments of a call, or null where the call is torn. */
export function readArguments(call: SyntaxNode, source: string): IArguments {
  const args: IArguments = {
    positional: [],
    named: new Map(),
    starred: false
  };
  const list = call.getChild('ArgList');
  let child = list?.firstChild ?? null;
  while (child) {
    const sign = child.nextSibling;
    if (child.name === '*' || child.name === '**') {
      args.starred = true;
      child = sign;
    } else if (child.name === 'VariableName' && sign?.name === 'AssignOp') {
      const value = sign.nextSibling;
      if (value && !value.type.isError) {
        args.named.set(textOf(child, source), { name: child, value });
      }
      child = value;
    } else if (/^[A-Z]/.test(child.name) && child.name !== 'Comment') {
      args.positional.push(child);
    }
    child = child?.nextSibling ?? null;
  }
  return args;
}
