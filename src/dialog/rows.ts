import {
  checkText,
  type BaseType,
  type Checked,
  type Declaration,
  type Layer,
  type Parameter,
  type Prepared,
  type Shadowed
} from '@jupyterlab-batch/protocol';

import type { IChoices } from './choices';

/** What the chain gives for a parameter, the user's own edit left aside. */
export interface IChainValue {
  text: string;
  layer: Layer;
  origin: string;
  shadowed: readonly Shadowed[];
  /** the text is source code of the notebook, not a value */
  expression: boolean;
}

/** One parameter as the dialog shows it. */
export interface IRow {
  declaration: Declaration;
  /** picked by the user where the notebook does not say; null: still open */
  type: BaseType | null;
  text: string;
  /** null: the chain has nothing, so the user has to say */
  chain: IChainValue | null;
  edited: boolean;
  /** the run will not have what the notebook itself says */
  modified: boolean;
  /** goes into the run: declared, or suggested and ticked */
  included: boolean;
  /** set by the site */
  pinned: boolean;
  /** null: nothing to check (not included, or an expression left as it is) */
  checked: Checked | null;
}

export function rowsOf(prepared: Prepared, choices: IChoices): IRow[] {
  const values = new Map(prepared.parameters.map(value => [value.name, value]));
  return prepared.inspection.parameters.map(declaration =>
    rowOf(declaration, values.get(declaration.name), choices)
  );
}

function rowOf(
  declaration: Declaration,
  parameter: Parameter | undefined,
  choices: IChoices
): IRow {
  const { name } = declaration;
  const chain = parameter ? chainOf(parameter) : null;
  const pinned = chain?.layer === 'admin';
  const edited = !pinned && Object.hasOwn(choices.edits, name);
  const type = choices.types[name] ?? declaration.type;
  const included =
    declaration.declared ||
    parameter?.declared === true ||
    choices.ticked.includes(name);
  const text = edited ? choices.edits[name] : (chain?.text ?? '');
  const row = { declaration, type, text, chain, edited, included, pinned };
  const checked = check(row);
  return { ...row, checked, modified: isModified({ ...row, checked }) };
}

function isModified(row: Omit<IRow, 'modified'>): boolean {
  const { declaration, included, edited, chain } = row;
  if (!included || (!edited && chain === null)) {
    return false;
  }
  return declaration.default === null
    ? edited || chain?.expression !== true
    : shownText(row) !== declaration.default.text;
}

/** Takes the user's edit off a resolved parameter. */
export function chainOf(parameter: Parameter): IChainValue | null {
  if (parameter.layer !== 'override') {
    const { text, layer, origin, shadowed, expression } = parameter;
    return { text, layer, origin, shadowed, expression: expression === true };
  }
  const [below, ...shadowed] = parameter.shadowed;
  return below ? { ...below, shadowed, expression: false } : null;
}

function check(row: Omit<IRow, 'checked' | 'modified'>): Checked | null {
  const { declaration, type, text, chain, edited, included, pinned } = row;
  if (!included || pinned || (!edited && chain?.expression)) {
    return null;
  }
  if (!edited && chain === null && type !== null) {
    return { ok: false, expects: '' };
  }
  return checkText({ ...declaration, type }, text);
}

/** The text as it will be frozen: what the dialog promises to the server. */
export function shownText({
  checked,
  text
}: Pick<IRow, 'checked' | 'text'>): string {
  return checked?.ok ? checked.value.text : text;
}
