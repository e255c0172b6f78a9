import {
  BatchError,
  problem,
  type HeartbeatReply,
  type Permit,
  type PermitRequest,
  type ReleaseReply,
  type ReleaseRequest,
  type TokenReply
} from '@jupyterlab-batch/protocol';

import type { Admission, IClaim } from '../targets/target.ts';
import type { IDispatcher } from '../lifecycle/types.ts';
import { Secret } from '../secrets/secret.ts';
import type { IStore } from '../store/types.ts';
import { claimDigest } from './claim.ts';
import type { IRunDoc } from './doc.ts';
import type { RunMachineEvent } from './events.ts';
import type { Heard } from './heard.ts';
import type { ILeaseRoom } from './ports.ts';
import type { Roster } from './roster.ts';
import { isTerminal } from './verdict.ts';

interface IJobWorld {
  readonly roster: Roster;
  readonly dispatcher: IDispatcher;
  readonly store: Pick<IStore, 'read' | 'pulse'>;
  readonly leases: ILeaseRoom;
  readonly scopesOf: (run: IRunDoc) => readonly string[];
  /** a ticket is inert until the job was seen running, and in other hands */
  readonly admits: (
    run: IRunDoc,
    claim: Omit<IClaim, 'attempt'>
  ) => Promise<Admission>;
  readonly heard: Heard;
  readonly clock: () => number;
}

const over = () =>
  new BatchError(
    problem('over', 'This attempt is over; nothing may run for it any more.')
  );

const notYet = (why: string | null = null) =>
  new BatchError(
    problem('not_yet', why ?? 'The attempt is not ready yet; ask again.', {
      retry_after: 1
    })
  );

/** The four questions of a job, answered from committed state only. */
export class JobDoor {
  readonly #world: IJobWorld;

  constructor(world: IJobWorld) {
    this.#world = world;
  }

  /**
   * Trades the ticket for the start permit. The commit decides: of any number
   * of claims at once one wins, and the same session secret gets the same answer.
   */
  async permit(request: PermitRequest): Promise<Permit> {
    const ticketHash = new Secret(request.ticket).hash();
    const sessionHash = new Secret(request.session).hash();
    const before = await this.#read(request.run);
    await this.#mayTrade(before, request, sessionHash);
    await this.#dispatch(request.run, {
      type: 'permit',
      attempt: request.attempt,
      ticketHash,
      sessionHash
    });
    const run = await this.#world.roster.refresh(request.run);
    const attempt = run?.attempt;
    if (!run || !attempt || attempt.number !== request.attempt) {
      throw over();
    }
    if (run.failure?.reason === 'lease_conflict') {
      throw new BatchError(
        problem('lease_conflict', 'The ticket was traded by someone else.')
      );
    }
    if (isTerminal(run.state) || run.state === 'finishing') {
      throw over();
    }
    if (attempt.sessionHash === null || attempt.deadline === null) {
      throw notYet();
    }
    if (attempt.sessionHash !== sessionHash) {
      throw new BatchError(
        problem('already_running', 'Another runner holds the permit.')
      );
    }
    return {
      deadline: new Date(attempt.deadline).toISOString(),
      time_left: Math.max(0, attempt.deadline - this.#world.clock()) / 1000,
      lease: run.lease
        ? { id: run.lease.id, scopes: [...this.#world.scopesOf(run)] }
        : null
    };
  }

  /**
   * Whoever reaches the door may ask, and learn the names of runs from a scheduler:
   * only what the ticket fits is worth a row on the disk.
   */
  async #mayTrade(
    run: IRunDoc | null,
    request: PermitRequest,
    sessionHash: string
  ): Promise<void> {
    if (run?.attempt?.number !== request.attempt) {
      throw over();
    }
    const ticket = new Secret(request.ticket);
    const { ticketHash } = run.attempt;
    if (ticketHash !== null && !ticket.fits(ticketHash)) {
      throw new BatchError(
        problem('bad_ticket', 'This ticket does not fit the attempt.')
      );
    }
    if (run.state === 'queued') {
      await this.#admit(run, request, ticket.hash(), sessionHash);
    }
    if (ticketHash === null) {
      throw over();
    }
  }

  async token(
    session: Secret,
    minValid: number,
    signal: AbortSignal
  ): Promise<TokenReply> {
    const run = await this.#authenticate(session);
    if (!run.lease) {
      throw new BatchError(
        problem(
          'no_identity',
          'This run holds no credential: its target names no identity. Choose a target that does, or ask the operator to configure one.'
        )
      );
    }
    if (run.state !== 'running') {
      throw over();
    }
    return this.#world.leases.token(run.lease.id, minValid, signal);
  }

  async heartbeat(session: Secret): Promise<HeartbeatReply> {
    const run = await this.#authenticate(session);
    this.#world.heard.note(run.id);
    await this.#world.store.pulse([
      { id: run.id, observedAt: this.#world.clock(), quiet: true }
    ]);
    return { continue: run.state === 'running' && !run.cancelled };
  }

  /** Said once with effect; asked again until the lease is closed too. */
  async release(
    session: Secret,
    _request: ReleaseRequest
  ): Promise<ReleaseReply> {
    const before = await this.#authenticate(session);
    if (before.state === 'running' && before.attempt) {
      this.#world.heard.left(before.id);
      await this.#dispatch(before.id, {
        type: 'released',
        attempt: before.attempt.number
      });
    }
    const run = await this.#read(before.id);
    return { closed: !run || run.closedAt !== null };
  }

  /** Asks its target about a claim; what is refused is on record. */
  async #admit(
    run: IRunDoc,
    { attempt, proof }: PermitRequest,
    ticketHash: string,
    sessionHash: string
  ): Promise<void> {
    const digest = claimDigest(run.id, attempt, ticketHash, sessionHash);
    const answer = await this.#world.admits(run, {
      digest,
      proof: proof ?? null
    });
    if (answer.kind === 'wait') {
      throw notYet(answer.why);
    }
    if (answer.kind === 'no') {
      const { message } = answer;
      if (run.attempt?.refused !== message) {
        await this.#dispatch(run.id, {
          type: 'claim_refused',
          attempt,
          message
        });
      }
      throw new BatchError(problem('unproven_claim', message));
    }
  }

  async #authenticate(session: Secret): Promise<IRunDoc> {
    const id = this.#world.roster.ofSession(session.hash());
    const run = id === null ? null : await this.#read(id);
    if (!run?.attempt?.sessionHash || !session.fits(run.attempt.sessionHash)) {
      throw new BatchError(
        problem('bad_session', 'This session secret belongs to no run here.')
      );
    }
    return run;
  }

  async #read(run: string): Promise<IRunDoc | null> {
    return (await this.#world.store.read(
      'run',
      run
    )) as unknown as IRunDoc | null;
  }

  async #dispatch(run: string, event: RunMachineEvent): Promise<void> {
    await this.#world.dispatcher.dispatch('run', run, event);
  }
}
