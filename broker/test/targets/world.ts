import { Runtimes } from '../../src/targets/runtimes/index.ts';

/** What a target needs of its machine, where nobody has an environment. */
export const WORLD = {
  runtimes: new Runtimes({ home: '/nowhere', environment: {} }, () => 0),
  package: () => Promise.resolve('/work/package')
};
