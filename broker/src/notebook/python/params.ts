import type { SyntaxNode } from '@lezer/common';

import { dotted, readArguments, type Aliases } from './calls.ts';
import { evaluate, type ILiteral } from './literals.ts';
import { textOf } from './syntax.ts';

/** One `NAME=default` of a call of `params`. */
export interface IAskedFor {
  name: string;
  cell: number;
  /** the name and its default */
  from: number;
  to: number;
  literal: ILiteral | null;
  /** source of a default that is not a literal */
  expression: string | null;
}

/** `jupyterlab_batch.job.params("FUNWAVE", AMP=3.0)`. */
export interface IParamsCall {
  /** null where it is not spelt out */
  prefix: string | null;
  cell: number;
  from: number;
  names: IAskedFor[];
}

const MODULE = 'jupyterlab_batch.job';

/**
 * Reads a call of our own `params`. Its names need no injection: in a run it
 * answers with the values that were frozen.
 */
export function readParams(
  call: SyntaxNode,
  source: string,
  aliases: Aliases,
  cell: number
): IParamsCall | null {
  const callee = call.firstChild && dotted(call.firstChild, source, aliases);
  const starred = callee === 'params' && aliases.get('*') === MODULE;
  if (callee !== `${MODULE}.params` && !starred) {
    return null;
  }
  const { positional, named } = readArguments(call, source);
  const prefix = positional.length > 0 ? evaluate(positional[0], source) : null;
  return {
    prefix: prefix?.type === 'str' ? prefix.text : null,
    cell,
    from: call.from,
    names: [...named].map(([name, { name: from, value }]) => {
      const literal = evaluate(value, source);
      return {
        name,
        cell,
        from: from.from,
        to: value.to,
        literal,
        expression: literal ? null : textOf(value, source)
      };
    })
  };
}
