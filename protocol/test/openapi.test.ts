import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { errorsPage } from '../generate/errorsPage.ts';
import { openapi, type JsonObject } from '../generate/openapi.ts';
import { errorsModule, grammarModule } from '../generate/python.ts';
import { ERRORS, GRAMMAR, ROUTES } from '../src/index.js';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
) as { version: string };
const document = openapi(version);

test('the committed document is the one that the contract gives', () => {
  const committed = new URL('../openapi.json', import.meta.url);
  expect(JSON.parse(readFileSync(committed, 'utf8'))).toEqual(document);
});

test('every route is there once, under its own name', () => {
  const names = Object.values(document.paths as Record<string, JsonObject>)
    .flatMap(verbs => Object.values(verbs))
    .map(operation => (operation as JsonObject).operationId);
  expect(names.sort()).toEqual(Object.keys(ROUTES).sort());
});

test('every shape has one name: nothing is written out twice', () => {
  expect(JSON.stringify(document)).not.toContain('"$id"');
  const run = (document.components as { schemas: Record<string, JsonObject> })
    .schemas.Run.properties as JsonObject;
  expect(run.state).toEqual({ $ref: '#/components/schemas/RunState' });
});

test('Python and the docs have the whole catalogue and grammar', () => {
  for (const code of Object.keys(ERRORS)) {
    expect(errorsModule()).toContain(`"${code}": (`);
    expect(errorsPage()).toContain(`\`${code}\``);
  }
  for (const type of Object.keys(GRAMMAR)) {
    expect(grammarModule()).toContain(`"${type}": {`);
  }
  expect(grammarModule()).not.toMatch(/\b(true|false|null),$/m);
});
