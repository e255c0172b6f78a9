import type { SyntaxNode } from '@lezer/common';
import type { BaseType, Value } from '@jupyterlab-batch/protocol';

import { evaluate } from './literals.ts';
import { parts, textOf } from './syntax.ts';

/** What an annotation says about the type. */
export interface IAnnotation {
  type: BaseType;
  nullable: boolean;
  items: BaseType | null;
  choices: Value[] | null;
}

const NAMES: Record<string, BaseType> = {
  bool: 'bool',
  int: 'int',
  float: 'float',
  str: 'str',
  None: 'null',
  list: 'list',
  List: 'list',
  tuple: 'list',
  Tuple: 'list',
  Sequence: 'list',
  dict: 'dict',
  Dict: 'dict',
  Mapping: 'dict',
  Path: 'path',
  PathLike: 'path',
  date: 'date',
  datetime: 'date'
};

/** A longer annotation is none of ours, and could nest without end. */
const LONGEST = 500;

/** The type that an annotation names, or null where it is none of ours. */
export function readAnnotation(
  node: SyntaxNode,
  source: string
): IAnnotation | null {
  if (node.to - node.from > LONGEST) {
    return null;
  }
  switch (node.name) {
    case 'TypeDef': {
      const [inner] = parts(node);
      return inner ? readAnnotation(inner, source) : null;
    }
    case 'None':
      return plain('null');
    case 'VariableName':
    case 'String': {
      const name = textOf(node, source).replace(/^["']|["']$/g, '');
      return Object.hasOwn(NAMES, name) ? plain(NAMES[name]) : null;
    }
    case 'ParenthesizedExpression':
      return readAnnotation(parts(node)[0] ?? node, source);
    case 'BinaryExpression': {
      const [left, , right] = parts(node);
      return right ? union([left, right], source) : null;
    }
    case 'MemberExpression':
      return ofMember(node, source);
    default:
      return null;
  }
}

function plain(type: BaseType): IAnnotation {
  return { type, nullable: false, items: null, choices: null };
}

function ofMember(node: SyntaxNode, source: string): IAnnotation | null {
  const [object, ...inner] = parts(node);
  const dotted = inner.length === 1 && inner[0].name === 'PropertyName';
  const name = textOf(dotted ? inner[0] : object, source)
    .split('.')
    .pop();
  if (dotted) {
    return name && Object.hasOwn(NAMES, name) ? plain(NAMES[name]) : null;
  }
  switch (name) {
    case 'Optional':
      return inner.length === 1 ? nullable(inner, source) : null;
    case 'Union':
      return union(inner, source);
    case 'Annotated':
    case 'Final':
      return inner[0] ? readAnnotation(inner[0], source) : null;
    case 'Literal':
      return ofLiteral(inner, source);
    default: {
      const type = name && Object.hasOwn(NAMES, name) ? NAMES[name] : null;
      if (type === 'list') {
        return { ...plain('list'), items: elements(name, inner, source) };
      }
      return type ? plain(type) : null;
    }
  }
}

/** `tuple[int, str]` has no one type of element. */
function elements(
  name: string | undefined,
  inner: readonly SyntaxNode[],
  source: string
): BaseType | null {
  const types = inner
    .filter(part => part.name !== 'Ellipsis')
    .map(part => readAnnotation(part, source)?.type ?? null);
  return types.length > 0 && types.every(type => type === types[0])
    ? types[0]
    : null;
}

function nullable(
  inner: readonly SyntaxNode[],
  source: string
): IAnnotation | null {
  const of = readAnnotation(inner[0], source);
  return of && { ...of, nullable: true };
}

/** `int | None`; `int | float` is a float, every other mixture is no type. */
function union(
  members: readonly SyntaxNode[],
  source: string
): IAnnotation | null {
  const read = members.map(member => readAnnotation(member, source));
  const known = read.filter(member => member !== null);
  if (known.length !== read.length) {
    return null;
  }
  const some = known.filter(({ type }) => type !== 'null');
  const isNull = some.length < known.length || known.some(of => of.nullable);
  const types = new Set(some.map(({ type }) => type));
  if (types.size === 1) {
    return { ...some[0], nullable: isNull };
  }
  if (types.size === 2 && types.has('float') && types.has('int')) {
    return { ...plain('float'), nullable: isNull };
  }
  return types.size === 2 && types.has('path') && types.has('str')
    ? { ...plain('path'), nullable: isNull }
    : null;
}

function ofLiteral(
  inner: readonly SyntaxNode[],
  source: string
): IAnnotation | null {
  const values = inner.map(part => evaluate(part, source));
  const known = values.filter(value => value !== null);
  if (known.length !== values.length || known.length === 0) {
    return null;
  }
  const choices = known
    .filter(({ type }) => type !== 'null')
    .map(({ type, text }) => ({ type, text }));
  return {
    type: 'enum',
    nullable: choices.length < known.length,
    items: null,
    choices
  };
}
