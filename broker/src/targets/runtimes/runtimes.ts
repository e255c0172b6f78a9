import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type {
  KernelSpec,
  ResourceProblem,
  Runtime,
  RuntimeOffer,
  UsedRuntime
} from '@jupyterlab-batch/protocol';

import { Kept } from '../kept.ts';
import type { IRuntimeQuestion, IWish } from '../target.ts';
import { within } from '../within.ts';
import { kernelProblem, lookAt } from './interpreter.ts';
import { kernelsOf, type IKernels } from './kernels.ts';
import { knownRuntimes, type ISurroundings } from './known.ts';
import { locate, type IPlace } from './place.ts';
import { readPython } from './unstarted.ts';

/** Somebody who installs a kernel looks for it at once; a dialog asks at each key. */
const GOOD_MS = 10_000;
const BAD_MS = 2_000;
/** For a disk that does not answer. */
const PATIENCE_MS = 8_000;
/** Nobody waits so long for names to choose from. */
const KNOWN_MS = 1_000;
const INSTEAD = 'Choose another environment, or run it as-is.';
/** Names that a message lists. */
const LISTED = 12;

type Found = Omit<RuntimeOffer, 'known'>;

/** What a run would miss there of what it is started with. */
export interface IChecked {
  readonly used: UsedRuntime | null;
  readonly problems: readonly ResourceProblem[];
}

/** Environments of Python as they lie on the disks of this machine. */
export class Runtimes {
  readonly #surroundings: ISurroundings;
  readonly #found: Kept<Found>;
  readonly #known: Kept<Runtime[]>;

  constructor(surroundings: ISurroundings, clock: () => number) {
    this.#surroundings = surroundings;
    this.#found = new Kept(clock, ({ problems }) =>
      problems.length === 0 ? GOOD_MS : BAD_MS
    );
    this.#known = new Kept(clock, () => GOOD_MS);
  }

  /** Its Python, its kernels, and what is wrong with them. */
  async offer(question: IRuntimeQuestion): Promise<RuntimeOffer> {
    const [found, known] = await Promise.all([
      this.#look(question),
      this.#knownTo(question.near)
    ]);
    return { ...found, known };
  }

  /** Whether a run could be started in it, with this kernel. */
  async check({ runtime, trusted, python, kernel }: IWish): Promise<IChecked> {
    if (runtime === null) {
      return { used: null, problems: [] };
    }
    const { used, kernels, problems } = await this.#look({
      runtime,
      trusted,
      python: python ?? '',
      near: null
    });
    if (used === null || kernel === null) {
      return { used, problems };
    }
    const wrong = await kernelTrouble(used, kernels, kernel, trusted);
    return { used, problems: [...problems, ...wrong] };
  }

  #knownTo(near: string | null): Promise<Runtime[]> {
    const names = this.#known.get(near ?? '', () =>
      knownRuntimes(this.#surroundings, near)
    );
    return within(KNOWN_MS, names, []);
  }

  #look({ runtime, trusted, python, near }: IRuntimeQuestion): Promise<Found> {
    const asked =
      runtime === null
        ? this.#found.get(`as-is ${python}`, () => this.#asIs(python))
        : this.#environment(runtime, trusted, near);
    return within(
      PATIENCE_MS,
      asked,
      bad(
        'unusable_runtime',
        `${runtime?.path ?? python} cannot be looked at: its disk does not answer. Try again, or choose another one.`
      )
    );
  }

  async #asIs(python: string): Promise<Found> {
    const prefix = dirname(dirname(python));
    const listed = await kernelsOf(prefix, python, this.#surroundings);
    return { used: null, ...shown(listed, []) };
  }

  /** That it is there is looked at each time: an environment goes in a moment. */
  async #environment(
    runtime: Runtime,
    trusted: boolean,
    near: string | null
  ): Promise<Found> {
    const located = await locate(runtime, () => this.#knownTo(near));
    if (located.kind === 'wrong') {
      return bad('unusable_runtime', located.message);
    }
    const { place } = located;
    return this.#found.get(`${trusted} ${place.kind} ${place.path}`, () =>
      this.#in(place, trusted)
    );
  }

  async #in(place: IPlace, trusted: boolean): Promise<Found> {
    const python = trusted
      ? await lookAt(place.python, INSTEAD)
      : await readPython(place, INSTEAD);
    if (python.kind === 'wrong') {
      return bad('unusable_python', python.message);
    }
    const listed = await kernelsOf(
      place.path,
      place.python,
      this.#surroundings
    );
    const used = { ...place, version: python.version };
    return { used, ...shown(listed, await warnings(place)) };
  }
}

const bad = (code: string, message: string): Found => ({
  used: null,
  kernels: [],
  broken: [],
  problems: [of(code, message)]
});

const of = (
  code: string,
  message: string,
  severity: ResourceProblem['severity'] = 'error'
): ResourceProblem => ({ code, severity, message, resource: null });

function shown(
  { kernels, broken, more }: IKernels,
  problems: readonly ResourceProblem[]
): Omit<Found, 'used'> {
  const told = `There are more kernels than the ${kernels.length} that are listed. Remove what nobody uses.`;
  return {
    kernels: [...kernels],
    broken: [...broken],
    problems: [
      ...problems,
      ...(more ? [of('unknown_kernel', told, 'warning')] : [])
    ]
  };
}

/** What `conda activate` would have done, and we do not. */
async function warnings({ kind, path }: IPlace): Promise<ResourceProblem[]> {
  if (kind !== 'conda') {
    return [];
  }
  const folder = join(path, 'etc', 'conda', 'activate.d');
  const names = (await readdir(folder).catch(() => []))
    .filter(name => name.endsWith('.sh'))
    .toSorted();
  const message = `${path} has activation scripts, which a run does not execute: ${some(names)}. If the notebook needs what they set, set it in the notebook, or name it in metadata.jupyterlab_batch.environment.`;
  return names.length === 0 ? [] : [of('unusable_runtime', message, 'warning')];
}

async function kernelTrouble(
  { kind, path }: UsedRuntime,
  kernels: readonly KernelSpec[],
  { name, argv }: Pick<KernelSpec, 'name' | 'argv'>,
  trusted: boolean
): Promise<ResourceProblem[]> {
  if (!kernels.some(one => one.name === name)) {
    const has = some(kernels.map(one => one.name));
    const message = `The ${kind} environment ${path} has no kernel ${name}. It has: ${has}. Choose one of them, or another environment.`;
    return [of('unknown_kernel', message)];
  }
  const wrong = await kernelProblem(name, argv, trusted);
  return wrong === null
    ? []
    : [of('unknown_kernel', wrong.message, wrong.sure ? 'error' : 'warning')];
}

/** Names, as many as one reads. */
function some(names: readonly string[]): string {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
