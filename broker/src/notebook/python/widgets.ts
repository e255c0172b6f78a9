import type { SyntaxNode } from '@lezer/common';
import type { BaseType, Value } from '@jupyterlab-batch/protocol';

import {
  dotted,
  readArguments,
  type Aliases,
  type IArguments
} from './calls.ts';
import { evaluate, type ILiteral } from './literals.ts';
import { parts, textOf } from './syntax.ts';

/** A widget that holds a value: `amp = widgets.FloatSlider(value=3.0)`. */
export interface IWidget {
  name: string;
  cell: number;
  from: number;
  to: number;
  type: BaseType;
  items: BaseType | null;
  nullable: boolean;
  choices: Value[] | null;
  literal: ILiteral | null;
  expression: string | null;
  description: string | null;
  min: string | null;
  max: string | null;
  step: string | null;
  /** the text to replace, and what stands before and after the new literal */
  place: { from: number; to: number; before: string; after: string };
}

interface IKind {
  type: BaseType;
  items?: BaseType;
  initial?: string;
  nullable?: boolean;
  /** what the widget itself clamps to when the code names no bounds */
  bounds?: readonly [string, string];
}

const FLOAT: IKind = { type: 'float', initial: '0.0' };
const INT: IKind = { type: 'int', initial: '0' };
const STR: IKind = { type: 'str', initial: '' };
const BOOL: IKind = { type: 'bool', initial: 'false' };
const ENUM: IKind = { type: 'enum' };
const KINDS: Record<string, IKind> = {
  FloatSlider: { ...FLOAT, bounds: ['0.0', '10.0'] },
  FloatText: FLOAT,
  BoundedFloatText: { ...FLOAT, bounds: ['0.0', '100.0'] },
  FloatLogSlider: { type: 'float', initial: '1.0' },
  IntSlider: { ...INT, bounds: ['0', '100'] },
  IntText: INT,
  BoundedIntText: { ...INT, bounds: ['0', '100'] },
  Checkbox: BOOL,
  ToggleButton: BOOL,
  Text: STR,
  Textarea: STR,
  Combobox: STR,
  ColorPicker: { type: 'str', initial: 'black' },
  Dropdown: ENUM,
  Select: ENUM,
  RadioButtons: ENUM,
  ToggleButtons: ENUM,
  SelectionSlider: ENUM,
  SelectMultiple: { type: 'list', initial: '[]' },
  IntRangeSlider: { type: 'list', items: 'int' },
  FloatRangeSlider: { type: 'list', items: 'float' },
  DatePicker: { type: 'date', nullable: true, initial: 'null' },
  NaiveDatetimePicker: { type: 'date', nullable: true, initial: 'null' }
};

/** Whether a callee is the constructor of a widget with a value. */
function kindOf(
  callee: SyntaxNode,
  source: string,
  aliases: Aliases
): IKind | null {
  const name = dotted(callee, source, aliases) ?? '';
  const bare = name.startsWith('ipywidgets.')
    ? name.slice('ipywidgets.'.length).replace(/^widgets\./, '')
    : aliases.get('*') === 'ipywidgets'
      ? name
      : '';
  return Object.hasOwn(KINDS, bare) ? KINDS[bare] : null;
}

/** Reads a widget that is assigned to a name, or null where it is none. */
export function readWidget(
  name: string,
  call: SyntaxNode,
  source: string,
  aliases: Aliases,
  cell: number
): IWidget | null {
  const callee = call.name === 'CallExpression' ? call.firstChild : null;
  const kind = callee && kindOf(callee, source, aliases);
  if (!kind) {
    return null;
  }
  const args = readArguments(call, source);
  const literalOf = (key: string, position = -1): ILiteral | null => {
    const node = args.named.get(key)?.value ?? args.positional[position];
    return node ? evaluate(node, source) : null;
  };
  const options = args.named.get('options')?.value;
  const choices = options ? readOptions(options, source) : null;
  const value = valueNode(kind, args);
  const literal = value
    ? evaluate(value, source)
    : initial(kind, choices, args);
  const positional = kind.type !== 'enum' && kind.type !== 'list';
  const numeric = kind.type === 'int' || kind.type === 'float';
  const bound = (key: 'min' | 'max', position: number): string | null => {
    const given = args.named.has(key) || args.positional.length > position;
    const read = literalOf(key, position);
    if (given) {
      return read && /^(int|float)$/.test(read.type) ? read.text : null;
    }
    return kind.bounds?.[position - 1] ?? null;
  };
  const { description } = { description: literalOf('description') };
  return {
    name,
    cell,
    from: call.from,
    to: call.to,
    type: kind.type,
    items: kind.items ?? null,
    nullable: kind.nullable ?? literal?.type === 'null',
    choices: kind.type === 'enum' ? (choices?.map(toValue) ?? null) : null,
    literal: literal ?? byIndex(choices, literalOf('index')),
    expression: value && !literal ? textOf(value, source) : null,
    description: description?.type === 'str' ? clean(description.text) : null,
    min: numeric && kind.bounds ? bound('min', 1) : null,
    max: numeric && kind.bounds ? bound('max', 2) : null,
    step: numeric && kind.bounds ? (literalOf('step', 3)?.text ?? null) : null,
    place: placeOf(call, args, positional)
  };
}

function clean(text: string): string | null {
  return text.replace(/[:\s]+$/, '') || null;
}

function toValue({ type, text }: ILiteral): Value {
  return { type, text };
}

function valueNode(kind: IKind, args: IArguments): SyntaxNode | null {
  const named = args.named.get('value')?.value;
  const positional = kind.type === 'enum' ? null : args.positional[0];
  return named ?? positional ?? null;
}

/** What the widget shows when the code gives it nothing. */
function initial(
  kind: IKind,
  choices: readonly ILiteral[] | null,
  args: IArguments
): ILiteral | null {
  if (args.starred || args.named.has('index') || args.named.has('label')) {
    return null;
  }
  if (kind.type === 'enum') {
    return choices?.[0] ?? null;
  }
  if (kind.initial === undefined) {
    return null;
  }
  const type = kind.initial === 'null' ? 'null' : kind.type;
  const shape = { items: null, tuple: false, callee: null };
  return { type, text: kind.initial, ...shape };
}

function byIndex(
  choices: readonly ILiteral[] | null,
  index: ILiteral | null
): ILiteral | null {
  return index?.type === 'int' ? (choices?.[Number(index.text)] ?? null) : null;
}

/** Options are values, pairs of label and value, or a dict of such pairs. */
function readOptions(node: SyntaxNode, source: string): ILiteral[] | null {
  const inner = parts(node);
  let nodes: SyntaxNode[];
  switch (node.name) {
    case 'ArrayExpression':
    case 'TupleExpression':
      nodes = inner.map(part =>
        part.name === 'TupleExpression' && parts(part).length === 2
          ? parts(part)[1]
          : part
      );
      break;
    case 'DictionaryExpression':
      nodes = inner.filter((_, at) => at % 2 === 1);
      break;
    default:
      return null;
  }
  const read = nodes.map(part => evaluate(part, source));
  const known = read.filter(choice => choice !== null);
  return known.length === read.length && known.length > 0 ? known : null;
}

function placeOf(
  call: SyntaxNode,
  args: IArguments,
  positional: boolean
): IWidget['place'] {
  for (const key of ['value', 'index', 'label']) {
    const given = args.named.get(key);
    if (given) {
      const { from } = given.name;
      return { from, to: given.value.to, before: 'value=', after: '' };
    }
  }
  const first = positional ? args.positional[0] : undefined;
  if (first) {
    return { from: first.from, to: first.to, before: '', after: '' };
  }
  const list = call.getChild('ArgList');
  const open = (list?.from ?? call.to) + 1;
  const last = args.positional[args.positional.length - 1];
  if (last) {
    return { from: last.to, to: last.to, before: ', value=', after: '' };
  }
  const empty = args.named.size === 0 && !args.starred;
  return { from: open, to: open, before: 'value=', after: empty ? '' : ', ' };
}
