import { ERRORS, GRAMMAR } from '../lib/index.js';
import type { Json, JsonObject } from './openapi.ts';

const NOTICE =
  '# Generated from protocol/src by `jlpm generate`: do not edit.\n';

/** JSON as a Python literal, one member a line. */
function literal(value: Json, indent = ''): string {
  if (value === null) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (typeof value !== 'object') {
    return JSON.stringify(value);
  }
  const deeper = `${indent}    `;
  const members = Array.isArray(value)
    ? value.map(member => literal(member, deeper))
    : Object.entries(value).map(
        ([key, member]) => `${JSON.stringify(key)}: ${literal(member, deeper)}`
      );
  const [open, close] = Array.isArray(value) ? '()' : '{}';
  return `${open}\n${members.map(member => `${deeper}${member},\n`).join('')}${indent}${close}`;
}

/** The grammar of parameter texts, importable without any package. */
export function grammarModule(): string {
  const grammar = JSON.parse(JSON.stringify(GRAMMAR)) as Json;
  return (
    `"""The grammar of parameter texts as data (protocol/src/grammar.ts)."""\n\n${NOTICE}\n` +
    'from __future__ import annotations\n\n' +
    'from typing import Optional, TypedDict\n\n\n' +
    'class TypeGrammar(TypedDict):\n' +
    '    """How the text of one base type is checked."""\n\n' +
    '    pattern: Optional[str]\n    ignoreCase: bool\n    trim: bool\n' +
    '    canonical: str\n    expects: str\n\n\n' +
    `GRAMMAR: dict[str, TypeGrammar] = ${literal(grammar)}\n`
  );
}

/** The error catalogue: code → (HTTP status, title). */
export function errorsModule(): string {
  const catalogue = JSON.parse(JSON.stringify(ERRORS)) as Json;
  return (
    `"""The error catalogue (protocol/src/errors.ts)."""\n\n${NOTICE}\n` +
    'from __future__ import annotations\n\n' +
    `ERRORS: dict[str, tuple[int, str]] = ${literal(catalogue)}\n`
  );
}

/** What Jupyter's server checks bodies with: schemas that stand alone. */
export function requestsModule(document: JsonObject): string {
  const { schemas } = document['components'] as { schemas: JsonObject };
  const requests = Object.fromEntries(
    ['PrepareRequest', 'SubmitRequest', 'ValuesRequest'].map(name => [
      name,
      standingAlone(name, schemas)
    ])
  );
  return (
    `"""The bodies that the Lab sends, as JSON schemas (protocol/src/lab.ts)."""\n\n${NOTICE}\n` +
    'from __future__ import annotations\n\nfrom typing import Any\n\n' +
    `REQUESTS: dict[str, dict[str, Any]] = ${literal(requests)}\n`
  );
}

const REF = /"#\/components\/schemas\/(\w+)"/g;

function standingAlone(name: string, schemas: JsonObject): JsonObject {
  const used = new Set<string>();
  const local = (schema: Json | undefined): JsonObject => {
    const text = JSON.stringify(schema).replace(REF, (_, of: string) => {
      used.add(of);
      return JSON.stringify(`#/$defs/${of}`);
    });
    return JSON.parse(text) as JsonObject;
  };
  const whole = local(schemas[name]);
  const defs: JsonObject = {};
  // a set grows while it is walked: what a definition refers to comes too
  for (const of of used) {
    defs[of] = local(schemas[of]);
  }
  return { ...whole, $defs: defs };
}
