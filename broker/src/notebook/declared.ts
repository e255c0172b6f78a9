import {
  checkText,
  type Declaration,
  type Lint
} from '@jupyterlab-batch/protocol';

import { ofMetadata, type IMetadata } from './metadata.ts';

/** What an inspector finds, whatever the language. */
export interface ICodeInspection {
  prefix: string | null;
  parameters: Declaration[];
  lints: Lint[];
  files: string[];
  writes: string[];
  reads: string[];
}

/** Where the language is not read: what the metadata declare, and no more. */
export function inspectDeclared(metadata: IMetadata): ICodeInspection {
  const parameters = new Map<string, Declaration>();
  for (const given of metadata.parameters) {
    if (!parameters.has(given.name)) {
      parameters.set(given.name, withDefault(ofMetadata(given), given.default));
    }
  }
  return {
    prefix: metadata.prefix,
    parameters: [...parameters.values()],
    lints: [],
    files: [],
    writes: [],
    reads: []
  };
}

/** The default of the metadata, if it fits the type; a type of its own: str. */
export function withDefault(
  declaration: Declaration,
  text: string | undefined
): Declaration {
  if (text === undefined) {
    return declaration;
  }
  const typed = { ...declaration, type: declaration.type ?? ('str' as const) };
  const checked = checkText(typed, text);
  return checked.ok
    ? { ...typed, default: checked.value, expression: null }
    : declaration;
}
