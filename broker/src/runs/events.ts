import type { Reason, Summary } from '@jupyterlab-batch/protocol';

import type { IJob } from '../targets/target.ts';
import type { IDelivery, IFailure } from './doc.ts';

/** Everything that can happen to a run. Stored in audit rows: no secret here. */
export type RunMachineEvent =
  // outcomes of effects
  | { type: 'copied' }
  | { type: 'copy_failed'; reason: Reason; message: string }
  | { type: 'injected' }
  | { type: 'inject_failed'; reason: Reason; message: string }
  | { type: 'submitted'; attempt: number; job: IJob; ticketHash: string }
  | { type: 'submit_refused'; message: string }
  | { type: 'ticket_sent'; attempt: number }
  | { type: 'ticket_lost'; attempt: number }
  | { type: 'cancel_sent' }
  | { type: 'swept' }
  | { type: 'rebuilt'; summary: Summary }
  | { type: 'rebuild_failed'; reason: Reason; message: string }
  | { type: 'delivered'; delivery: IDelivery }
  | { type: 'recorded'; problem: string | null }
  | { type: 'timer'; name: TimerName }
  | { type: 'folder_deleted' }
  | { type: 'delete_failed'; message: string }
  // from the job
  | {
      type: 'permit';
      attempt: number;
      ticketHash: string;
      sessionHash: string;
    }
  | { type: 'claim_refused'; attempt: number; message: string }
  | { type: 'released'; attempt: number }
  // from the watcher
  | {
      type: 'gone';
      attempt: number;
      exitCode: number | null;
      signal: string | null;
      /** what the scheduler did to it, if it was that */
      why: IFailure | null;
      /** the scheduler has forgotten it: it never ran, or will never run */
      vanished: boolean;
      /** what is known of that, in words; absent: nothing, or of earlier versions */
      told?: string;
    }
  | { type: 'host_gone'; attempt: number }
  // from people
  | { type: 'cancel' }
  | { type: 'delete' }
  // from the lease
  | { type: 'lease_ready' }
  | {
      type: 'lease_failed';
      code: 'identity_refused' | 'identity_unavailable';
      message: string;
    }
  | { type: 'lease_closed' };

export type TimerName =
  /** the ticket was not traded in time */
  | 'ticket_expired'
  /** the runner did not keep the time limit itself */
  | 'limit'
  /** it did not leave after SIGTERM */
  | 'grace'
  /** the scheduler did not say why it told the runner to stop */
  | 'last_word';
