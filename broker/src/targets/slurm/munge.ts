import { lookup } from 'node:dns/promises';

import type { Admission, IClaim } from '../target.ts';
import type { ICommands, Said } from './commands.ts';
import { Kept } from '../kept.ts';

/** What the site makes of MUNGE credentials: not asked for, checked where one comes, or needed. */
export type MungeUse = 'off' | 'used' | 'required';

/** Seconds: its own time to live is its maker's choice, and this is ours. */
const FRESH = 120;
/** Slurm's configuration changes seldom; what it could not say is asked again soon. */
const GOOD_MS = 600_000;
const BAD_MS = 5_000;
/** A name may get another address while nodes are set up anew. */
const HOST_MS = 60_000;

/** Of unmunge: munged could not be asked, so nothing was learnt (munge.h, EMUNGE_*). */
const NOT_ASKED = new Set([1, 5, 6, 7]);
const EXPIRED = 15;
const REWOUND = 16;
const REPLAYED = 17;

const MISSING =
  'This site admits a job only with a MUNGE credential, and it brought none: ' +
  'the program munge has to be there, and munged to run, on its node. The log of the run says what failed ' +
  '(jupyter batch logs). Ask the operators of the cluster.';

/** Where a credential was made. */
export interface IOrigin {
  readonly name: string;
  readonly address: string;
}

/** What unmunge says of a credential that it could decode. */
export interface ITestimony {
  readonly origin: IOrigin;
  readonly uid: number;
  /** seconds between its making and this reading, by munged's clock */
  readonly age: number;
  readonly payload: string;
}

/** A node. */
interface IHost {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

type Heard =
  | { readonly kind: 'yes'; readonly origin: IOrigin | null }
  | Exclude<Admission, { kind: 'yes' }>;

export interface IMungeOptions {
  readonly commands: ICommands;
  readonly use: MungeUse;
  /** of the jobs' user */
  readonly uid: number;
  readonly clock: () => number;
  /** addresses of a host; none: it is not known here */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/**
 * Asks the cluster's own identity service who made a claim, and where: a ticket
 * that was read by somebody on another host is worth nothing there.
 */
export class Munge {
  readonly #options: Required<IMungeOptions>;
  readonly #sockets: Kept<string | null>;
  readonly #hosts: Kept<IHost | string>;

  constructor(options: IMungeOptions) {
    this.#options = { resolve: addressesOf, ...options };
    this.#sockets = new Kept(options.clock, socket =>
      socket === null ? BAD_MS : GOOD_MS
    );
    this.#hosts = new Kept(options.clock, host =>
      typeof host !== 'string' && host.addresses.length > 0 ? HOST_MS : BAD_MS
    );
  }

  /** Where munged listens on this cluster's hosts; empty: where it does by itself. Null: not to be asked. */
  async socket(): Promise<string | null> {
    return this.#options.use === 'off'
      ? null
      : ((await this.#sockets.get('', () => this.#ask())) ?? '');
  }

  /** Whether what a claim brings along speaks for it; a credential can be heard once. */
  async hear({ proof, digest }: IClaim): Promise<Heard> {
    const { commands, use, uid } = this.#options;
    if (use === 'off' || (proof === null && use === 'used')) {
      return { kind: 'yes', origin: null };
    }
    if (proof === null) {
      return no(MISSING);
    }
    const socket = await this.socket();
    const said = await commands.run(
      'unmunge',
      socket ? [`--socket=${socket}`] : [],
      proof
    );
    if (isMissing(said) && use === 'used') {
      return { kind: 'yes', origin: null };
    }
    if (said.kind === 'silent' || (said.kind === 'no' && notAsked(said))) {
      const why = said.kind === 'silent' ? said.why : said.message;
      return {
        kind: 'wait',
        why: `The job's MUNGE credential cannot be checked here now: ${why}`
      };
    }
    if (said.kind === 'no') {
      return no(
        `The job's MUNGE credential is not valid: ${faultOf(said.code)}.`
      );
    }
    const told = read(said.text);
    const fault =
      told === null
        ? 'unmunge answered with something else'
        : faultIn(told, uid, digest);
    return fault !== null || told === null
      ? no(`The job's MUNGE credential does not fit: ${fault}.`)
      : { kind: 'yes', origin: told.origin };
  }

  /**
   * Whether a credential was made on the node that a job runs on.
   *
   * @param node - as the scheduler calls it
   */
  async fits(origin: IOrigin | null, node: string): Promise<Admission> {
    if (origin === null) {
      return { kind: 'yes' };
    }
    const host = await this.#hosts.get(node, () => this.#host(node));
    if (typeof host === 'string') {
      return { kind: 'wait', why: host };
    }
    const { names, addresses } = host;
    if (isSame(origin, names, addresses)) {
      return { kind: 'yes' };
    }
    if (isLoopback(origin.address) && this.#options.use === 'used') {
      // where a host's name stands for 127.0.1.1, munged says that of every node
      return { kind: 'yes' };
    }
    return no(
      `The job's MUNGE credential was made on ${origin.name} (${origin.address}), and the job runs on ${node} ` +
        `(${[...new Set([...names, ...addresses])].join(', ') || 'unknown here'}). ` +
        'If that is one host, start munged there with --origin and the address that Slurm knows it by; ' +
        'otherwise somebody else holds its ticket.'
    );
  }

  /** What a node is called and has as addresses; a text: why that is not known now. */
  async #host(node: string): Promise<IHost | string> {
    const { commands, resolve } = this.#options;
    const said = await commands.run('scontrol', [
      '--oneliner',
      'show',
      'node',
      node
    ]);
    if (said.kind === 'silent') {
      return said.why;
    }
    const text = said.kind === 'ok' ? said.text : '';
    const names = ['NodeAddr', 'NodeHostName'].flatMap(
      key => new RegExp(String.raw`(?:^|\s)${key}=(\S+)`).exec(text)?.[1] ?? []
    );
    const addresses = (await Promise.all(names.map(resolve))).flat();
    return { names, addresses };
  }

  async #ask(): Promise<string | null> {
    const said = await this.#options.commands.run('scontrol', [
      'show',
      'config'
    ]);
    return said.kind === 'ok' ? socketIn(said.text) : null;
  }
}

const no = (message: string) => ({ kind: 'no', message }) as const;

const isMissing = (said: Said): boolean =>
  said.kind === 'silent' && said.why.includes('cannot be run (ENOENT)');

const notAsked = (said: Said & { kind: 'no' }): boolean =>
  NOT_ASKED.has(said.code);

function faultOf(code: number): string {
  switch (code) {
    case EXPIRED:
      return 'it has expired; the clocks of the hosts may differ';
    case REWOUND:
      return 'it comes from the future: the clocks of the hosts differ';
    case REPLAYED:
      return 'it was used before';
    default:
      return `it was not made with this cluster's key, or is damaged (unmunge ended with ${code})`;
  }
}

function faultIn(told: ITestimony, uid: number, digest: string): string | null {
  if (told.payload !== digest) {
    return 'it was made for another claim';
  }
  if (told.uid !== uid) {
    return `it was made by the uid ${told.uid}, and the run belongs to ${uid}`;
  }
  return Math.abs(told.age) > FRESH
    ? `it was made ${told.age} s ago, and may be ${FRESH} s old`
    : null;
}

/** Pure. */
export function isSame(
  origin: IOrigin,
  names: readonly string[],
  addresses: readonly string[]
): boolean {
  const short = (name: string): string =>
    name.toLowerCase().split('.', 1)[0] ?? '';
  return (
    addresses.includes(origin.address) ||
    (!isAddress(origin.name) &&
      names.some(
        name => !isAddress(name) && short(name) === short(origin.name)
      ))
  );
}

const isAddress = (text: string): boolean =>
  /^[\d.]+$/.test(text) || text.includes(':') || text === '???';

const isLoopback = (address: string): boolean =>
  address.startsWith('127.') || address === '::1';

/** `AuthInfo = socket=/run/munge/munge.socket.2,ttl=…` of `scontrol show config`. */
export function socketIn(text: string): string {
  const isMunge = /^AuthType\s*=\s*auth\/munge\s*$/m.test(text);
  const info = /^AuthInfo\s*=\s*(.*)$/m.exec(text)?.[1] ?? '';
  return isMunge ? (/(?:^|,)socket=(\/[^,\s]+)/.exec(info)?.[1] ?? '') : '';
}

/** `ENCODE_HOST: n1.example.org (192.0.2.7)`, an empty line, and the payload. */
export function read(text: string): ITestimony | null {
  const [head = '', payload] = text.split(/\n\n(.*)/s);
  const last = (key: string): string | null =>
    new RegExp(String.raw`^${key}:.*\(([^()\s]+)\)\s*$`, 'm').exec(head)?.[1] ??
    null;
  const name = /^ENCODE_HOST:\s+(\S+)/m.exec(head)?.[1];
  const address = last('ENCODE_HOST');
  const [made, now, uid] = ['ENCODE_TIME', 'DECODE_TIME', 'UID'].map(key =>
    Number(last(key) ?? NaN)
  );
  const age = now - made;
  return name === undefined ||
    address === null ||
    payload === undefined ||
    Number.isNaN(age + uid)
    ? null
    : { origin: { name, address }, uid, age, payload };
}

/** An address stands for itself. */
async function addressesOf(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}
