import type { Browser, Page } from '@playwright/test';

/** Times of tasks in ms. */
export interface ITook {
  /** the longest by the clock, and its own CPU time */
  wall: number;
  cpu: number;
  /** the most CPU time that a task used */
  most: number;
}

interface ITraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** microseconds */
  dur?: number;
  tdur?: number;
}

const MARK = 'bench:here';
const CATEGORIES = [
  '-*',
  'disabled-by-default-devtools.timeline',
  'toplevel',
  'blink.user_timing'
];

/**
 * Records the tasks of the page's main thread during `work`, as the browser
 * itself tells them: with the CPU time of each, which `PerformanceObserver`
 * does not know.
 *
 * @returns what the longest took
 */
export async function longestTask(
  browser: Browser,
  page: Page,
  work: () => Promise<void>
): Promise<ITook> {
  await browser.startTracing(page, { categories: CATEGORIES });
  let told: string;
  try {
    await page.evaluate(mark => performance.mark(mark), MARK);
    await work();
  } finally {
    told = (await browser.stopTracing()).toString('utf8');
  }
  return longest(told);
}

/** The longest task of the thread that has set the mark. */
function longest(told: string): ITook {
  const { traceEvents } = JSON.parse(told) as { traceEvents: ITraceEvent[] };
  const mark = traceEvents.find(({ name }) => name === MARK);
  if (!mark) {
    throw new Error('the trace does not say which thread is the page');
  }
  const tasks = traceEvents.filter(
    ({ name, pid, tid, ph }) =>
      ph === 'X' &&
      pid === mark.pid &&
      tid === mark.tid &&
      /^(ThreadControllerImpl::)?RunTask$/.test(name)
  );
  if (tasks.length === 0) {
    throw new Error('the trace has no tasks');
  }
  const took = tasks.map(({ dur = 0, tdur = 0 }) => ({
    wall: dur / 1000,
    cpu: tdur / 1000
  }));
  const most = Math.max(...took.map(({ cpu }) => cpu));
  return took
    .map(each => ({ ...each, most }))
    .reduce((one, other) => (other.wall > one.wall ? other : one));
}
