import type {
  HistoryEntry,
  LeaseSummary,
  OutlineCell,
  Run
} from '@jupyterlab-batch/protocol';

import { cellStatus, type CellStatus } from '../words/cells';

export interface IPhase {
  readonly name: 'staged' | 'queued' | 'running' | 'finishing';
  /** ms since the epoch, as all times here */
  readonly from: number;
  readonly to: number;
}

export interface IBar {
  readonly from: number;
  readonly to: number;
  readonly status: CellStatus;
  /** indices of the first and the last cell in it */
  readonly first: number;
  readonly last: number;
}

export interface IMark {
  readonly name:
    | 'registered'
    | 'minted'
    | 'revoked'
    | 'verified'
    | 'client_deleted'
    | 'expired';
  readonly at: number;
}

export interface ITimeline {
  readonly from: number;
  readonly to: number;
  readonly phases: readonly IPhase[];
  readonly cells: readonly IBar[];
  /** null: the run holds no credential */
  readonly lease: { from: number; to: number; marks: IMark[] } | null;
}

/** More bars than this are narrower than a pixel. */
const BARS = 400;
const PHASES: readonly string[] = ['staged', 'queued', 'running', 'finishing'];

/** What happened when, as a picture can show it. */
export function timelineOf(
  run: Run,
  history: readonly HistoryEntry[],
  outline: readonly OutlineCell[],
  now: Date
): ITimeline {
  const seen = [
    run.submitted_at,
    run.started_at,
    run.ended_at,
    run.closed_at,
    ...history.map(({ at }) => at)
  ]
    .filter(time => time !== null)
    .map(ms);
  const latest = Math.max(...seen);
  // Clocks of browser and server differ: nothing ends before it was seen.
  const open = Math.max(now.getTime(), latest);
  const end = run.ended_at === null ? open : ms(run.ended_at);
  const lease = run.lease ? leaseOf(run.lease, run, open) : null;
  const phases = phasesOf(run, history, end);
  return {
    from: ms(run.submitted_at),
    to: Math.max(
      end,
      ...phases.map(({ to }) => to),
      lease?.to ?? 0,
      ms(run.submitted_at) + 1
    ),
    phases,
    cells: barsOf(run, outline, end),
    lease
  };
}

function phasesOf(
  run: Run,
  history: readonly HistoryEntry[],
  end: number
): IPhase[] {
  const states = history.filter(({ subject }) => subject === 'run');
  const turns = states
    // some of what happens to a run leaves it in its state
    .filter(({ from, to }) => from !== to && PHASES.includes(to))
    .map(({ to, at }) => ({
      name: to as IPhase['name'],
      // A run ends when its job says so; that the broker hears of it, gathers and
      // delivers is what is called finishing.
      from: to === 'finishing' ? Math.min(ms(at), end) : ms(at)
    }));
  if (turns[0]?.name !== 'staged') {
    turns.unshift({ name: 'staged', from: ms(run.submitted_at) });
  }
  const over = states.find(({ to }) => !PHASES.includes(to));
  const last = over ? Math.max(ms(over.at), end) : end;
  return turns
    .map(({ name, from }, at) => ({
      name,
      from,
      to: Math.max(from, turns[at + 1]?.from ?? last)
    }))
    .filter(({ from, to }) => to > from);
}

function barsOf(
  run: Run,
  outline: readonly OutlineCell[],
  end: number
): IBar[] {
  const bars = outline
    .filter(cell => cell.started_at !== null)
    .map(cell => {
      const from = ms(cell.started_at ?? run.submitted_at);
      return {
        from,
        to: Math.max(from, cell.ended_at ? ms(cell.ended_at) : end),
        status: cellStatus(cell, run),
        first: cell.index,
        last: cell.index
      };
    });
  const size = Math.ceil(bars.length / BARS);
  return size <= 1 ? bars : joined(bars, size);
}

const WORST: readonly CellStatus[] = [
  'kernel_died',
  'error',
  'interrupted',
  'running'
];

function joined(bars: readonly IBar[], size: number): IBar[] {
  const groups: IBar[] = [];
  for (let at = 0; at < bars.length; at += size) {
    const group = bars.slice(at, at + size);
    const has = new Set(group.map(({ status }) => status));
    groups.push({
      from: group[0].from,
      to: Math.max(...group.map(({ to }) => to)),
      status: WORST.find(status => has.has(status)) ?? 'ok',
      first: group[0].first,
      last: group[group.length - 1].last
    });
  }
  return groups;
}

function leaseOf(
  lease: LeaseSummary,
  run: Run,
  open: number
): ITimeline['lease'] {
  const marks = marksOf(lease);
  const last = marks.length > 0 ? marks[marks.length - 1].at : open;
  return {
    from: marks[0]?.at ?? ms(run.submitted_at),
    to: lease.state === 'CLOSED' || lease.ended_at !== null ? last : open,
    marks
  };
}

/** What happened to a credential, in order. */
export function marksOf(lease: LeaseSummary): IMark[] {
  const found: [IMark['name'], string | null][] = [
    ['registered', lease.registered_at],
    ['minted', lease.minted_at],
    ['revoked', lease.revoked_at],
    ['verified', lease.verified_at],
    ['expired', lease.end === 'expired' ? lease.ended_at : null],
    ['client_deleted', lease.client_deleted_at]
  ];
  return found
    .flatMap(([name, at]) => (at === null ? [] : [{ name, at: ms(at) }]))
    .sort((a, b) => a.at - b.at);
}

function ms(time: string): number {
  return new Date(time).getTime();
}
