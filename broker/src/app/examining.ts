import { createHash } from 'node:crypto';

import {
  BatchError,
  problem,
  type Examination
} from '@jupyterlab-batch/protocol';
import { v7 as uuid } from 'uuid';

import type { IIdentityConfig } from '../config/config.ts';
import { examine, type IExamined } from '../identity/examine.ts';
import {
  informed,
  isReal,
  worstCase,
  type IFindings
} from '../identity/findings.ts';
import type {
  IClient,
  IGrant,
  IIdentityProvider
} from '../identity/provider.ts';
import { SKEW_MS, SLACK_MS } from '../leases/doc.ts';
import type { IAuditDraft } from '../lifecycle/ports.ts';
import type { Clock, JsonObject } from '../lifecycle/types.ts';
import type { Scrubber } from '../secrets/scrubber.ts';
import type { IExaminationRow, IStore } from '../store/types.ts';

/** How long a revoked token is watched. */
const BOUND_MS = 30_000;

export interface IExaminingWorld {
  readonly store: Pick<
    IStore,
    'findings' | 'beginExamination' | 'endExamination' | 'abandonExaminations'
  >;
  readonly providers: ReadonlyMap<string, IIdentityProvider>;
  readonly entries: ReadonlyMap<string, IIdentityConfig>;
  readonly scrubber: Scrubber;
  readonly clock: Clock;
  readonly log: { error(fields: object, message: string): void };
  readonly boundMs?: number;
}

/**
 * Finds out what a provider really does, and keeps it: leases go by what was
 * measured. Before anything is made there is a row, so that what a broker leaves
 * that is killed over it has a name.
 */
export class Examining {
  readonly #world: IExaminingWorld;
  readonly #running = new Map<string, Promise<Examination>>();
  readonly #stop = new AbortController();

  constructor(world: IExaminingWorld) {
    this.#world = world;
  }

  /** @throws BatchError `unknown_identity`, `provider_unavailable`, `identity_refused` */
  examine(name: string): Promise<Examination> {
    const running = this.#running.get(name);
    if (running) {
      return running;
    }
    const begun = this.#examine(name).finally(() => this.#running.delete(name));
    this.#running.set(name, begun);
    return begun;
  }

  /** At start: names what brokers that were killed over one may have left. */
  async takeUp(): Promise<void> {
    const { store, clock } = this.#world;
    await store.abandonExaminations(row =>
      drafted(row, clock(), 'abandoned', 'the broker was killed over it')
    );
  }

  /** No more questions; waits until what was made is gone. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#running.values());
  }

  async #examine(name: string): Promise<Examination> {
    const { store, providers, clock, log, boundMs } = this.#world;
    const provider = providers.get(name);
    if (!provider) {
      const known = [...providers.keys()].join(', ') || 'none';
      throw new BatchError(
        problem(
          'unknown_identity',
          `There is no [identities.${name}] in the configuration. Known: ${known}.`
        )
      );
    }
    const row: IExaminationRow = {
      id: `doctor-${uuid()}`,
      provider: name,
      client: provider.client,
      since: clock()
    };
    await store.beginExamination(row, drafted(row, row.since, 'begun', null));
    const examined = await examine(provider, row.id, {
      clock,
      sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
      bound: boundMs ?? BOUND_MS,
      know: made => this.#know(made),
      signal: this.#stop.signal
    });
    const at = clock();
    const end = {
      at,
      entry: entryMark(this.#world.entries.get(name)),
      findings: examined.findings as unknown as JsonObject | null,
      left: examined.left.map(({ kind, expiresAt }) => ({
        kind,
        // A token's end is nobody's word; of a client the provider said it.
        expiresAt:
          kind === 'client' && expiresAt !== null
            ? expiresAt + SKEW_MS
            : expiresAt
      }))
    };
    const said = examined.findings
      ? `revocation ${examined.findings.revocation}`
      : `the provider ${examined.failure?.why}`;
    await store.endExamination(row, end, drafted(row, at, 'ended', said));
    if (examined.left.length > 0) {
      log.error(
        { alarm: 'orphan', provider: name, name: row.id, left: examined.left },
        'an examination left something at the provider that nobody can end'
      );
    }
    return reply(row, at, examined);
  }

  #know(made: IGrant | IClient): void {
    const { scrubber } = this.#world;
    const secrets =
      'token' in made
        ? [made.token, made.refresh?.token ?? null]
        : [made.secret, made.management?.token ?? null];
    secrets.forEach(secret => secret && scrubber.know(secret));
  }
}

/**
 * The same provider (an object of closures, as `observed` makes them), whose
 * profile says what was measured of it as well.
 */
export function measured(
  provider: IIdentityProvider,
  entry: IIdentityConfig | undefined,
  store: Pick<IStore, 'findings'>
): IIdentityProvider {
  const mark = entryMark(entry);
  return {
    ...provider,
    async profile(signal: AbortSignal) {
      const answer = await provider.profile(signal);
      const row = await store.findings(provider.name);
      // Of another entry of that name it would say nothing.
      return answer.kind === 'ok' && row?.entry === mark
        ? {
            ...answer,
            value: informed(answer.value, row.findings as unknown as IFindings)
          }
        : answer;
    }
  };
}

/** What of an entry decides about its findings; no secret is in it. */
function entryMark(entry: IIdentityConfig | undefined): string {
  const text = JSON.stringify([
    entry?.issuer,
    entry?.client,
    entry?.client_id,
    entry?.scopes,
    entry?.resource_probe,
    // Findings of the time before there was a choice are as good as they were.
    ...(entry && entry.renewal !== 'mint' ? [entry.renewal] : [])
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function drafted(
  row: IExaminationRow,
  at: number,
  to: string,
  detail: string | null
): IAuditDraft {
  return {
    at,
    machine: 'lease',
    subject: row.id,
    run: null,
    event: 'examination',
    from: to === 'begun' ? null : 'begun',
    to,
    fits: true,
    detail: `[identities.${row.provider}]${detail ? `: ${detail}` : ''}`
  };
}

/** @throws BatchError `provider_unavailable`, `identity_refused` */
function reply(
  row: IExaminationRow,
  at: number,
  { findings, failure, left }: IExamined
): Examination {
  if (!findings) {
    const also =
      left.length > 0
        ? ` ${left.length} left there: see jupyter batch leases.`
        : ' Nothing is left there.';
    throw new BatchError(
      problem(
        failure?.kind === 'fatal' ? 'identity_refused' : 'provider_unavailable',
        `The identity provider ${row.provider} ${failure?.why}.${also}`
      )
    );
  }
  const s = (ms: number | null) => (ms === null ? null : ms / 1000);
  return {
    provider: row.provider,
    at: new Date(at).toISOString(),
    ok:
      isReal(findings) &&
      findings.probeTells !== false &&
      findings.deletedClientMints !== true &&
      left.length === 0,
    tokens: findings.tokens,
    life: s(findings.life),
    revocation: findings.revocation,
    lag: s(findings.lag),
    bound: findings.bound / 1000,
    probe_tells: findings.probeTells,
    narrows_scope: findings.narrowsScope,
    narrows_life: findings.narrowsLife,
    deleted_client_mints: findings.deletedClientMints,
    worst_case: worstCase(findings, SLACK_MS),
    left: left.map(({ kind, expiresAt }) => ({
      kind,
      name: row.id,
      expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString()
    }))
  };
}
