/**
 * The restart in a process of its own: what others have grown the heap to before
 * would be in its figures. Prints one JSON object.
 *
 *     node --expose-gc bench/leases/again.ts DATABASE URL REGISTRATION-FILE
 */
import { readFileSync } from 'node:fs';

import { restart } from './restart.ts';

const [path = '', url = '', file = ''] = process.argv.slice(2);
const again = await restart(path, url, readFileSync(file, 'utf8').trim());
process.stdout.write(`${JSON.stringify(again)}\n`);
process.exit(0);
