import { spawn } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import {
  ProcTable,
  type IProcess,
  type Sight
} from '../../src/targets/local/processes.ts';
import { Secret } from '../../src/secrets/secret.ts';
import type { IJob } from '../../src/targets/target.ts';
import { attempt, noted, observe, submitted, target, until } from './runner.ts';

const LOOP =
  'wait_for_ticket()\nnote("armed", ticket)\nwhile True: time.sleep(0.05)\n';

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('starting', () => {
  it('gives the ticket on stdin only, in a session of its own', async () => {
    const work = await attempt(`
wait_for_ticket()
note("seen", "\\n".join([ticket, os.getcwd(), str(os.getsid(0) == os.getpid()),
    oct(os.umask(0)), " ".join(sys.argv), repr(sorted(os.environ))]))
print("to the log")
print("and errors", file=sys.stderr)
`);
    const local = target();
    const ended = new Promise(resolve => local.onGone(resolve));
    const job = await submitted(local, work);
    const ticket = Secret.random();
    expect(await local.arm(work.id, ticket)).toBe(true);
    expect(await ended).toBe(work.id);
    const seen = await noted(work, 'seen');
    expect(seen.split('\n').slice(0, 4)).toEqual([
      ticket.reveal(),
      '/',
      'True',
      '0o77'
    ]);
    expect(seen.split('\n').slice(4).join()).not.toContain(ticket.reveal());
    const names = seen.split('\n')[5] ?? '';
    expect(names).toContain('JUPYTERLAB_BATCH_RUN');
    expect(names).not.toContain('VITEST');
    const log = join(work.folder, 'runner.log');
    expect(await readFile(log, 'utf8')).toBe('and errors\nto the log\n');
    expect((await stat(log)).mode & 0o777).toBe(0o600);
    expect(await observe(local, work.id, job)).toEqual({
      state: 'gone',
      why: null,
      exitCode: 0,
      signal: null
    });
    expect(await local.arm(work.id, ticket)).toBe(false);
  });

  it.each([
    ['sys.exit(7)', 7, null],
    ['os.kill(os.getpid(), signal.SIGKILL)', null, 'SIGKILL']
  ])('knows how its own child ended: %s', async (code, exitCode, signal) => {
    const work = await attempt(`wait_for_ticket()\n${code}\n`);
    const local = target();
    const ended = new Promise(resolve => local.onGone(resolve));
    const job = await submitted(local, work);
    expect(await observe(local, work.id, job)).toEqual({ state: 'running' });
    await local.arm(work.id, Secret.random());
    await ended;
    expect(await observe(local, work.id, job)).toEqual({
      state: 'gone',
      why: null,
      exitCode,
      signal
    });
  });

  it('starts an attempt once, however often it is asked', async () => {
    const work = await attempt(LOOP);
    const local = target();
    const [one, two] = await Promise.all([
      submitted(local, work),
      submitted(local, work)
    ]);
    expect(two).toEqual(one);
    expect(await submitted(local, work)).toEqual(one);
  });

  it('after a broker that died before it armed: the orphan has left first', async () => {
    const work = await attempt(`
note("pid-%d" % os.getpid(), "x")
wait_for_ticket()
note("armed", ticket)
while True: time.sleep(0.05)
`);
    const broker = shortBroker('submit', JSON.stringify(work));
    const first = await broker.said;
    expect(first).toMatchObject({ kind: 'ok' });
    broker.kill();
    const second = await submitted(target(), work);
    expect(await noted(work, 'no-ticket')).toBe('x');
    expect(first).not.toMatchObject({ job: { native: second.native } });
    expect(await marked(work.run)).toEqual([second.native]);
  });

  it('an orphan that does not listen is ended before a second start', async () => {
    const work = await attempt(
      'note("pid-%d" % os.getpid())\nwhile True: time.sleep(0.05)\n'
    );
    const first = await submitted(target(), work);
    await noted(work, `pid-${first.native}`);
    const second = await submitted(target(), work);
    expect(second.native).not.toBe(first.native);
    await until(async () => expect(alive(Number(first.native))).toBe(false));
  });
});

describe('refusing', () => {
  it.each([
    ['/nowhere/bin/python', /not there.*Submit the run again/],
    ['python3', /not an absolute path/],
    ['/etc/passwd', /may not be executed/]
  ])('a Python that cannot be started: %s', async (python, message) => {
    const work = { ...(await attempt('')), python };
    expect(await target().submit(work)).toEqual({
      kind: 'refused',
      message: expect.stringMatching(message) as string
    });
  });

  it('a run folder that is gone', async () => {
    const work = { ...(await attempt('')), folder: '/nowhere/run' };
    expect(await target().submit(work)).toEqual({
      kind: 'refused',
      message: expect.stringContaining('run folder is gone') as string
    });
  });

  it('an environment with a value that cannot be passed', async () => {
    const work = await attempt('', { BAD: 'a\0b' });
    expect((await target().submit(work)).kind).toBe('refused');
  });
});

describe('adopting after a broker restart', () => {
  it('follows a running job by its proof and notices its end', async () => {
    const work = await attempt(LOOP);
    const first = target();
    const job = await submitted(first, work);
    await first.arm(work.id, Secret.random());
    await noted(work, 'armed');
    const second = target();
    const gone = new Promise(resolve => second.onGone(resolve));
    expect(await observe(second, work.id, job)).toEqual({ state: 'running' });
    expect(await second.arm(work.id, Secret.random())).toBe(false);
    process.kill(Number(job.native), 'SIGKILL');
    expect(await gone).toBe(work.id);
    expect(await observe(second, work.id, job)).toEqual({
      state: 'gone',
      why: null,
      exitCode: null,
      signal: null
    });
  });

  it('tells a gone host, another container and a pid used again apart', async () => {
    const work = await attempt(LOOP);
    const job = await submitted(target(), work);
    const local = target();
    const changed = (proof: object): IJob => ({
      ...job,
      proof: { ...job.proof, ...proof },
      waits: false
    });
    const seen = async (proof: object): Promise<string | undefined> =>
      (await observe(local, work.id, changed(proof)))?.state;
    expect(await seen({})).toBe('running');
    expect(await seen({ start: '1' })).toBe('gone');
    expect(await seen({ boot: 'another' })).toBe('host_gone');
    expect(await seen({ namespace: 'pid:[1]' })).toBe('unknown');
    expect(await seen({ pid: 'x' })).toBe('unknown');
  });
});

describe('cancelling', () => {
  it('sends SIGTERM to the runner, also to an adopted one', async () => {
    const work = await attempt(`
def leave(*_):
    note("asked")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
${LOOP}`);
    const first = target();
    const job = await submitted(first, work);
    await first.arm(work.id, Secret.random());
    await noted(work, 'armed');
    await target().cancel(work.id, job);
    expect(await noted(work, 'asked')).toBe('x');
  });

  it('never signals a stranger that got the pid later', async () => {
    const work = await attempt(LOOP);
    const local = target();
    const job = await submitted(local, work);
    await local.arm(work.id, Secret.random());
    await noted(work, 'armed');
    const stranger = { ...job, proof: { ...job.proof, start: '1' } };
    const adopting = target();
    await adopting.cancel(work.id, stranger);
    expect(await adopting.sweep('00000000-none', stranger)).toBe(0);
    expect(await observe(local, work.id, job)).toEqual({ state: 'running' });
  });
});

describe('sweeping', () => {
  it('ends everything of a run: a setsid grandchild, one deaf to SIGTERM', async () => {
    const work = await attempt(`
signal.signal(signal.SIGTERM, signal.SIG_IGN)
deaf = "import os,signal,sys,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(sys.argv[1], 'w').close(); time.sleep(600)"
for k in range(3):
    subprocess.Popen([sys.executable, "-c", deaf, os.path.join(folder, "k%d" % k)],
        start_new_session=True, stdin=subprocess.DEVNULL)
${LOOP}`);
    const local = target();
    const job = await submitted(local, work);
    await local.arm(work.id, Secret.random());
    for (const name of ['k0', 'k1', 'k2', 'armed']) {
      await noted(work, name);
    }
    expect(await marked(work.run)).toHaveLength(4);
    expect(await local.sweep(work.run, job)).toBe(0);
    expect(await marked(work.run)).toEqual([]);
    expect(await local.sweep(work.run, job)).toBe(0);
  });

  it('finds the runner by its proof when its environment is closed', async () => {
    const work = await attempt(LOOP);
    const local = target();
    const job = await submitted(local, work);
    await local.arm(work.id, Secret.random());
    await noted(work, 'armed');
    // Another run's sweep finds no mark of its own, only the proof it is given.
    expect(await local.sweep('00000000-none', job)).toBe(0);
    expect(alive(Number(job.native))).toBe(false);
  });

  it('wins against a process that forks without end', async () => {
    const work = await attempt(`
wait_for_ticket()
note("armed")
until = time.monotonic() + 30  # should the sweep lose, the machine must not
while time.monotonic() < until:
    if os.fork() == 0:
        os.setsid()
    else:
        time.sleep(0.02)
        os._exit(0)
`);
    const local = target();
    const job = await submitted(local, work);
    await local.arm(work.id, Secret.random());
    await noted(work, 'armed');
    expect(await local.sweep(work.run, job)).toBe(0);
    expect(await marked(work.run)).toEqual([]);
  });

  it('leaves another run alone, even one whose id begins alike', async () => {
    const work = await attempt(LOOP);
    const local = target();
    const job = await submitted(local, work);
    await local.arm(work.id, Secret.random());
    await noted(work, 'armed');
    expect(await local.sweep(work.run.slice(0, -1), null)).toBe(0);
    expect(await observe(local, work.id, job)).toEqual({ state: 'running' });
  });

  it('never ends itself, though a runner brought this broker back', async () => {
    const run = 'run-that-brought-us-back';
    const broker = shortBroker('sweep', run, { JUPYTERLAB_BATCH_RUN: run });
    expect(await broker.said).toBe(0);
  });
});

describe('where /proc hides runners (hidepid)', () => {
  /** Sees nobody who is alive and cannot find a mark. */
  class HidingTable extends ProcTable {
    override look(pid: number): Sight {
      const seen = super.look(pid);
      return seen.kind === 'alive' ? { kind: 'blind' } : seen;
    }
    override async marked(): Promise<IProcess[]> {
      return [];
    }
  }

  it('own children are cancelled and swept, for their pid is held', async () => {
    const work = await attempt(`
signal.signal(signal.SIGTERM, lambda *_: note("asked"))
${LOOP}`);
    const local = target({ table: new HidingTable() });
    const job = await submitted(local, work);
    await local.arm(work.id, Secret.random());
    await noted(work, 'armed');
    await local.cancel(work.id, job);
    expect(await noted(work, 'asked')).toBe('x');
    expect(await local.sweep(work.run, job)).toBe(0);
    await until(async () => expect(alive(Number(job.native))).toBe(false));
  });

  it('an adopted one is not known, rather than gone', async () => {
    const work = await attempt(LOOP);
    const job = await submitted(target(), work);
    const hiding = target({ table: new HidingTable() });
    const seen = await observe(hiding, work.id, job);
    expect(seen?.state).toBe('unknown');
  });
});

/** Another broker process; `said` is its first line. */
function shortBroker(
  deed: string,
  argument: string,
  environment: Record<string, string> = {}
): { said: Promise<unknown>; kill(): void } {
  const script = fileURLToPath(new URL('short-broker.ts', import.meta.url));
  const child = spawn(process.execPath, [script, deed, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment }
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = new Promise<unknown>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stdout.on('data', () => {
      if (text.includes('\n')) {
        resolve(JSON.parse(text));
      }
    });
    child.on('exit', () => reject(new Error(`it left, saying ${text}`)));
  });
  return { said, kill: () => void child.kill('SIGKILL') };
}

/** The suite's own look at /proc, not the code under test. */
async function marked(run: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const found: string[] = [];
  for (const pid of pids) {
    const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(
      () => ''
    );
    if (environ.split('\0').includes(`JUPYTERLAB_BATCH_RUN=${run}`)) {
      found.push(pid);
    }
  }
  return found;
}
