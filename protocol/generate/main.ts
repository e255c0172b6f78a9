/**
 * Writes everything that is derived from the contract:
 *
 *   node protocol/generate/main.ts            write into the work tree
 *   node protocol/generate/main.ts --check    compare; exit 1 where it is stale
 *
 * Needs `tsc -b protocol` before it, and `datamodel-codegen` and `ruff` on PATH
 * or in `.venv/bin`.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { format } from 'prettier';

import { errorsPage } from './errorsPage.ts';
import { openapi } from './openapi.ts';
import { errorsModule, grammarModule, requestsModule } from './python.ts';
import { wireModule } from './wire.ts';

const root = join(import.meta.dirname, '..', '..');

async function outputs(scratch: string): Promise<Record<string, string>> {
  const manifest = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8')
  ) as { version: string; prettier: object };
  const style = { ...manifest.prettier };
  const document = openapi(manifest.version);
  return {
    'protocol/openapi.json': await format(JSON.stringify(document), {
      ...style,
      parser: 'json'
    }),
    'jupyterlab_batch/_generated/__init__.py':
      '"""What is derived from the contract in protocol/."""\n',
    'jupyterlab_batch/_generated/grammar.py': grammarModule(),
    'jupyterlab_batch/_generated/errors.py': errorsModule(),
    'jupyterlab_batch/_generated/requests.py': requestsModule(document),
    'jupyterlab_batch/_generated/wire.py': wireModule(document, root, scratch),
    'docs/developers/errors.md': await format(errorsPage(), {
      ...style,
      parser: 'markdown'
    })
  };
}

function difference(path: string, fresh: string, scratch: string): string {
  const committed = join(root, path);
  const other = join(scratch, 'fresh');
  writeFileSync(other, fresh);
  try {
    execFileSync(
      'diff',
      ['-u', existsSync(committed) ? committed : '/dev/null', other],
      { encoding: 'utf8' }
    );
    return '';
  } catch (error) {
    return String((error as { stdout: unknown }).stdout);
  }
}

const scratch = mkdtempSync(join(tmpdir(), 'jlb-generate-'));
try {
  const check = process.argv.includes('--check');
  const stale: string[] = [];
  for (const [path, fresh] of Object.entries(await outputs(scratch))) {
    if (check) {
      const found = difference(path, fresh, scratch);
      if (found) {
        stale.push(path);
        process.stdout.write(found);
      }
    } else {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), fresh);
    }
  }
  if (stale.length > 0) {
    process.stderr.write(
      `stale: ${stale.join(', ')}; run \`jlpm generate\` and commit\n`
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true });
}
