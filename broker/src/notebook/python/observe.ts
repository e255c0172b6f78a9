import type { SyntaxNode } from '@lezer/common';

import { dotted, readArguments, type Aliases } from './calls.ts';
import { evaluate } from './literals.ts';
import { textOf } from './syntax.ts';

/** Something that a call does and a batch run has to know of. */
export interface IObservation {
  kind:
    | 'file'
    | 'output'
    | 'absolute_path'
    | 'input_call'
    | 'debugger'
    | 'exit'
    | 'interactive';
  cell: number;
  from: number;
  text: string;
}

const INPUT = /^(?:input|raw_input|getpass\.getpass|builtins\.input)$/;
const DEBUGGER = /^(?:breakpoint|(?:i?pdb|pudb)\.set_trace|code\.interact)$/;
const EXIT = /^(?:exit|quit|sys\.exit|os\._exit)$/;
const INTERACTIVE =
  /^ipywidgets\.(?:widgets\.)?(?:interact|interactive|interact_manual|interactive_output|Button|FileUpload)$|\.(?:observe|on_click)$/;
const READER =
  /^(?:open|io\.open|pathlib\.Path|Path|numpy\.(?:load|loadtxt|genfromtxt|fromfile|memmap)|pandas\.(?:read_\w+|ExcelFile|HDFStore)|xarray\.(?:open_\w+|load_\w+)|h5py\.File|netCDF4\.Dataset|matplotlib\.(?:pyplot|image)\.imread|imageio\.imread|PIL\.Image\.open|Image\.open|geopandas\.read_file|gpd\.read_file|polars\.(?:read|scan)_\w+|pl\.(?:read|scan)_\w+|xr\.open_\w+|scipy\.io\.(?:loadmat|wavfile\.read|netcdf_file)|rasterio\.open|yaml\.safe_load|toml\.load|torch\.load|joblib\.load|json\.load)$/;
/** Calls whose first argument is the file that they make. */
const WRITER =
  /^numpy\.(?:save|savez|savez_compressed|savetxt)$|\.(?:to_(?:csv|parquet|excel|hdf|feather|pickle|netcdf|zarr)|savefig|tofile)$/;
const WRITING = /^[wax]/;
/** Methods of a path that make what it names. */
const MAKING = /^(?:write_text|write_bytes|mkdir|touch)$/;

/** What of interest a call does: files it reads, questions it asks. */
export function observe(
  call: SyntaxNode,
  source: string,
  aliases: Aliases,
  cell: number
): IObservation[] {
  const callee = call.firstChild;
  const name = callee && dotted(callee, source, aliases);
  const at = { cell, from: call.from };
  if (!name) {
    return [];
  }
  if (INPUT.test(name)) {
    return [{ ...at, kind: 'input_call', text: name }];
  }
  if (DEBUGGER.test(name)) {
    return [{ ...at, kind: 'debugger', text: name }];
  }
  if (EXIT.test(name)) {
    return [{ ...at, kind: 'exit', text: name }];
  }
  if (INTERACTIVE.test(name)) {
    return [
      { ...at, kind: 'interactive', text: name.split('.').pop() ?? name }
    ];
  }
  if (WRITER.test(name)) {
    return ofOutput(call, source, at);
  }
  if (!READER.test(name)) {
    return [];
  }
  return isMaking(call, source)
    ? ofOutput(call, source, at)
    : ofFile(call, source, at);
}

/** `Path('out.txt').write_text(…)`: the file comes from the run itself. */
function isMaking(call: SyntaxNode, source: string): boolean {
  const method = call.parent;
  const property = method?.lastChild;
  return (
    method?.name === 'MemberExpression' &&
    property?.name === 'PropertyName' &&
    MAKING.test(textOf(property, source))
  );
}

function ofFile(
  call: SyntaxNode,
  source: string,
  at: Pick<IObservation, 'cell' | 'from'>
): IObservation[] {
  const { positional, named } = readArguments(call, source);
  const literals = positional.map(part => evaluate(part, source));
  const mode = literals[1] ?? null;
  const modeNode = named.get('mode')?.value;
  const modeText = modeNode ? evaluate(modeNode, source)?.text : mode?.text;
  const first = literals[0];
  if (first?.type !== 'str' && first?.type !== 'path') {
    return [];
  }
  if (
    (mode?.type === 'str' && WRITING.test(modeText ?? '')) ||
    (modeNode && WRITING.test(modeText ?? ''))
  ) {
    return ofOutput(call, source, at);
  }
  const path = first.text;
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/|\s*$)/i.test(path) || path.includes('\n')) {
    return [];
  }
  return /^(?:\/|~|[A-Za-z]:[\\/])/.test(path)
    ? [{ ...at, kind: 'absolute_path', text: path }]
    : [{ ...at, kind: 'file', text: path.replace(/^(?:\.\/)+/, '') }];
}

/** A relative file that the call makes; others cannot be an output. */
function ofOutput(
  call: SyntaxNode,
  source: string,
  at: Pick<IObservation, 'cell' | 'from'>
): IObservation[] {
  const [first] = readArguments(call, source).positional;
  const literal = first ? evaluate(first, source) : null;
  const text = literal?.text.replace(/^(?:\.\/)+/, '') ?? '';
  const kind = literal?.type === 'str' || literal?.type === 'path';
  return kind && /^(?!\/|~|[A-Za-z]:|\.\.)[^\n*?[\]]+$/.test(text)
    ? [{ ...at, kind: 'output', text }]
    : [];
}
