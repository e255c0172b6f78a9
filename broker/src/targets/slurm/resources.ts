import type {
  ResourceChoice,
  ResourceField,
  ResourceName,
  ResourceProblem,
  Resources
} from '@jupyterlab-batch/protocol';

import type { IWeighed } from '../target.ts';
import { countOf, gpusOf, memoryOf, memoryWords } from './amounts.ts';
import type { Standing } from './associations.ts';
import type { IPartition } from './partitions.ts';
import { mostTime } from './script.ts';
import { accountTakers, qosTakers, type ITaker } from './takers.ts';
import { hasOnly, takesOnly, UNITS, WORDS } from './words.ts';

/** What the operator allows; null: whatever the cluster does. */
export interface ISite {
  /** the first is taken where nothing is said */
  readonly partitions: readonly string[] | null;
  readonly accounts: readonly string[] | null;
  readonly qos: readonly string[] | null;
  readonly reservations: readonly string[] | null;
  readonly nodes: number | null;
  readonly tasks: number | null;
  readonly cpus: number | null;
  /** MiB, on each node */
  readonly memory: number | null;
  readonly gpus: number | null;
}

/** A name of Slurm's: nothing that an option, a list or a line could be made of. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:+@-]{0,99}$/;
/** Features joined by & and |, counted by *, grouped by ( ) and [ ]. */
const CONSTRAINT = /^[A-Za-z0-9_([][A-Za-z0-9_.:=&|*()[\],-]{0,199}$/;
const FEATURE = /[A-Za-z0-9_][A-Za-z0-9_.:=-]*/g;

/**
 * What there is to choose, and what of a wish does not do. Pure.
 *
 * @param partitions - as the cluster tells; null: it does not answer, and only what
 *   needs no answer is checked
 * @param limit - seconds that the target allows
 * @param standing - of the user in the accounting
 */
export function weigh(
  partitions: readonly IPartition[] | null,
  site: ISite,
  wish: Resources,
  limit: number,
  standing: Standing
): Omit<IWeighed, 'runtime' | 'startsAt'> {
  const weighing = new Weighing(partitions, site, wish, standing);
  const { chosen } = weighing;
  weighing.all();
  const timeLimit = Math.min(limit, mostTime(chosen?.time ?? null) ?? limit);
  return {
    fields: weighing.fields,
    problems: weighing.problems,
    resources: weighing.resources,
    timeLimit
  };
}

class Weighing {
  readonly fields: ResourceField[] = [];
  readonly problems: ResourceProblem[] = [];
  readonly resources: Resources = {};
  /** where the run would go; null: not known */
  readonly chosen: IPartition | null;
  /** those that runs may go to */
  readonly #open: readonly IPartition[] | null;

  constructor(
    readonly partitions: readonly IPartition[] | null,
    readonly site: ISite,
    readonly wish: Resources,
    readonly standing: Standing
  ) {
    this.#open =
      partitions?.filter(
        ({ name }) => site.partitions?.includes(name) ?? true
      ) ?? null;
    const named = this.#said('partition');
    const own = this.#open?.find(({ isDefault }) => isDefault);
    const first = this.#open?.find(({ name }) => name === site.partitions?.[0]);
    this.chosen =
      (named === ''
        ? (own ?? first)
        : this.#open?.find(({ name }) => name === named)) ?? null;
  }

  all(): void {
    const { chosen, site, standing } = this;
    this.#partition();
    const account = accountTakers(chosen, standing);
    this.#name('account', site.accounts, account.by, account.first);
    const charged = this.resources.account ?? '';
    this.#name('qos', site.qos, qosTakers(chosen, standing, charged), null);
    this.#count('nodes', site.nodes, chosen && chosen.nodes);
    this.#count('tasks', site.tasks, chosen && chosen.allCpus);
    this.#count('cpus', site.cpus, chosen && chosen.cpus);
    this.#memory();
    this.#gpus();
    this.#constraint();
    this.#name('reservation', site.reservations, [], null);
  }

  #partition(): void {
    const { partitions, site, chosen } = this;
    const text = this.#said('partition');
    const own = partitions?.find(({ isDefault }) => isDefault)?.name ?? null;
    const isOwn = chosen !== null && chosen.name === own;
    const given = text || (isOwn ? '' : (chosen?.name ?? site.partitions?.[0]));
    this.#field('partition', 'choice', {
      choices: (this.#open ?? []).map(choiceOf),
      default: text === '' ? (chosen?.name ?? given ?? null) : own
    });
    if (!given || !this.#isName('partition', given)) {
      return;
    }
    this.resources.partition = given;
    const there = partitions?.find(({ name }) => name === given);
    if (site.partitions && !site.partitions.includes(given)) {
      this.#forbid('partition', given, site.partitions);
    } else if (partitions && !there) {
      const names = (this.#open ?? []).map(({ name }) => name);
      this.#refuse(
        'partition',
        'resource_unavailable',
        `The cluster has no partition ${given}. ${hasOnly(names)}`
      );
    } else if (there && !there.up) {
      this.problems.push({
        code: 'resource_unavailable',
        severity: 'warning',
        message: `The partition ${given} starts no jobs now: a run waits there until it does.`,
        resource: 'partition'
      });
    }
  }

  #name(
    name: 'account' | 'qos' | 'reservation',
    allowed: readonly string[] | null,
    by: readonly ITaker[],
    first: string | null
  ): void {
    const lists = [allowed, ...by.map(({ names }) => names)].filter(
      names => names !== null
    );
    const known = lists[0]?.filter(each =>
      lists.every(names => names.includes(each))
    );
    // where the operator has a list, its first one that can be had
    const own = allowed === null ? '' : (known?.[0] ?? allowed[0] ?? '');
    const text = this.#said(name) || own;
    const usual = first !== null && known?.includes(first) ? first : null;
    if (allowed?.length !== 0) {
      this.#field(name, known === undefined ? 'text' : 'choice', {
        choices: (known ?? []).map(value => plain(value)),
        default: own || usual
      });
    }
    if (text === '' || !this.#isName(name, text)) {
      return;
    }
    this.resources[name] = text;
    if (allowed && !allowed.includes(text)) {
      this.#forbid(name, text, allowed);
      return;
    }
    const not = by.find(({ names }) => names?.includes(text) === false);
    if (not) {
      this.problems.push({
        code: 'resource_unavailable',
        severity: not.sure ? 'error' : 'warning',
        message: `${not.refusal(text)} ${takesOnly(known ?? [])}`,
        resource: name
      });
    }
  }

  #count(
    name: 'nodes' | 'tasks' | 'cpus',
    allowed: number | null,
    there: number | null
  ): void {
    const text = this.#said(name);
    this.#field(name, 'count', { max: least(allowed, there) });
    if (text === '') {
      return;
    }
    const count = countOf(text);
    if (count === null) {
      this.#unreadable(name, text, 'a whole number from 1');
      return;
    }
    this.resources[name] = String(count);
    this.#within(name, count, allowed, there, String);
  }

  #memory(): void {
    const text = this.#said('memory');
    const there = this.chosen?.memory ?? null;
    const max = least(this.site.memory, there);
    this.#field('memory', 'size', { max });
    if (text === '') {
      return;
    }
    const mib = memoryOf(text);
    if (mib === null) {
      this.#unreadable('memory', text, 'for instance 4G or 512M');
      return;
    }
    this.resources.memory = `${mib}M`;
    this.#within('memory', mib, this.site.memory, there, memoryWords);
  }

  #gpus(): void {
    const text = this.#said('gpus');
    const { chosen, site } = this;
    const types = chosen?.gpuTypes ?? [];
    const open = this.#open;
    if (open === null || open.some(({ gpus }) => gpus > 0)) {
      this.#field('gpus', 'gpus', {
        choices: types.map(type => plain(`${type}:1`)),
        max: least(site.gpus, chosen?.allGpus ?? null)
      });
    }
    if (text === '') {
      return;
    }
    const asked = gpusOf(text);
    if (asked === null) {
      this.#unreadable('gpus', text, 'for instance 2, or a100:2');
      return;
    }
    const { type, count } = asked;
    this.resources.gpus = text;
    if (chosen && type !== null && !types.includes(type)) {
      this.#refuse(
        'gpus',
        'resource_unavailable',
        `The partition ${chosen.name} has no GPUs called ${type}. ${hasOnly(types)}`
      );
      return;
    }
    this.#within('gpus', count, site.gpus, chosen?.allGpus ?? null, String);
  }

  #constraint(): void {
    const text = this.#said('constraint');
    const { chosen } = this;
    const features = chosen?.features ?? [];
    const open = this.#open;
    if (open === null || open.some(each => each.features.length > 0)) {
      this.#field('constraint', 'text', {
        choices: features.map(value => plain(value))
      });
    }
    if (text === '') {
      return;
    }
    if (!CONSTRAINT.test(text)) {
      this.#unreadable('constraint', text, 'for instance fast or fast&big');
      return;
    }
    this.resources.constraint = text;
    const asked = text.replace(/\*\d+/g, '').match(FEATURE) ?? [];
    const missing = asked.find(feature => !features.includes(feature));
    if (chosen && missing !== undefined) {
      this.#refuse(
        'constraint',
        'resource_unavailable',
        `No node of the partition ${chosen.name} has the feature ${missing}. ${hasOnly(features)}`
      );
    }
  }

  #said(name: ResourceName): string {
    return this.wish[name]?.trim() ?? '';
  }

  #field(
    name: ResourceName,
    kind: ResourceField['kind'],
    more: Partial<ResourceField>
  ): void {
    this.fields.push({
      name,
      kind,
      choices: [],
      default: null,
      max: null,
      ...more
    });
  }

  #refuse(resource: ResourceName, code: string, message: string): void {
    this.problems.push({ code, severity: 'error', message, resource });
  }

  #isName(name: ResourceName, text: string): boolean {
    if (!NAME.test(text)) {
      this.#unreadable(name, text, 'one name');
    }
    return NAME.test(text);
  }

  #unreadable(name: ResourceName, text: string, form: string): void {
    this.#refuse(
      name,
      'invalid_resource',
      `The ${WORDS[name]} cannot be ${JSON.stringify(text)}: write ${form}.`
    );
  }

  #forbid(name: ResourceName, text: string, allowed: readonly string[]): void {
    this.#refuse(
      name,
      'resource_not_allowed',
      `The site does not let runs have the ${WORDS[name]} ${text}. ${takesOnly(allowed)}`
    );
  }

  #within(
    name: ResourceName,
    asked: number,
    allowed: number | null,
    there: number | null,
    words: (amount: number) => string
  ): void {
    const [unit, of] = UNITS[name] ?? ['', ''];
    if (allowed !== null && asked > allowed) {
      this.#refuse(
        name,
        'resource_not_allowed',
        `The site lets a run have ${words(allowed)}${unit}${of} at most; ${words(asked)} were asked for.`
      );
    } else if (there !== null && asked > there) {
      const where = `The partition ${this.chosen?.name ?? ''}`;
      this.#refuse(
        name,
        'resource_unavailable',
        `${where} has ${words(there)}${unit}${of} at most; ${words(asked)} were asked for. Ask for less, or choose another partition.`
      );
    }
  }
}

function least(...limits: (number | null)[]): number | null {
  const known = limits.filter(limit => limit !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

const plain = (value: string): ResourceChoice => ({
  value,
  available: true,
  limits: null
});

function choiceOf(partition: IPartition): ResourceChoice {
  const { name, up, nodes, cpus, memory, gpus, time } = partition;
  return {
    value: name,
    available: up,
    limits: { nodes, cpus, memory, gpus, time: mostTime(time) }
  };
}
