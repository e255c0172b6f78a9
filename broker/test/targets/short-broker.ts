/** A broker's worth of target in a process that a test can kill -9. */
import { LocalTarget } from '../../src/targets/local/index.ts';
import { WORLD } from './world.ts';
import type { IAttempt } from '../../src/targets/target.ts';

const [deed, argument = ''] = process.argv.slice(2);
const local = new LocalTarget({ ...WORLD, name: 'local', slots: 1 });
if (deed === 'submit') {
  // Written by the test that started this process.
  const result = await local.submit(JSON.parse(argument) as IAttempt);
  console.log(JSON.stringify(result));
  setInterval(() => undefined, 1000);
} else {
  console.log(JSON.stringify(await local.sweep(argument, null)));
}
