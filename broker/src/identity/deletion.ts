import type { Clock } from '../lifecycle/types.ts';
import { fatal, judge, retry } from './classify.ts';
import type { Gate } from './gate.ts';
import { ok, type Answer, type IClient } from './provider.ts';
import { refusalOf } from './refusal.ts';
import type { Fetch } from './wire.ts';

interface IDeletionWorld {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly signal: AbortSignal;
}

const GONE: readonly number[] = [401, 404, 410];

/** RFC 7592 §2.3. A client that is gone already is deleted. */
export async function deleteClient(
  { management }: IClient,
  world: IDeletionWorld
): Promise<Answer<null>> {
  if (!management) {
    return fatal('unsupported', 'cannot delete clients');
  }
  const { fetch, clock, gate, signal } = world;
  const paused = gate.closed();
  if (paused) {
    return paused;
  }
  try {
    const response = await fetch(management.uri, {
      method: 'DELETE',
      signal,
      headers: { authorization: `Bearer ${management.token.reveal()}` }
    });
    // The RFC knows one yes; the others are what a deleted client answers.
    if (response.status === 204 || GONE.includes(response.status)) {
      return ok(null);
    }
    const bad = await judge(response, clock());
    if (bad) {
      gate.note(bad);
      return bad;
    }
    return await isGone(management, world);
  } catch (error) {
    return refusalOf(error);
  }
}

/** Any other yes may be a portal's: asks whether the client is there (§2.1). */
async function isGone(
  management: NonNullable<IClient['management']>,
  { fetch, signal }: IDeletionWorld
): Promise<Answer<null>> {
  const response = await fetch(management.uri, {
    signal,
    headers: { authorization: `Bearer ${management.token.reveal()}` }
  });
  return GONE.includes(response.status)
    ? ok(null)
    : retry('said yes, and the client is not gone', false);
}
