import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { describe, expect, it, onTestFinished } from 'vitest';

import { PsTable } from '../../src/targets/local/ps.ts';
import { processTable } from '../../src/targets/local/table.ts';
import { surroundings } from '../../src/targets/local/notice.ts';
import {
  hasVariable,
  isRunnerOf,
  parseStat,
  ProcTable
} from '../../src/targets/local/processes.ts';

const TAIL = '1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 0 0';

describe('/proc/PID/stat', () => {
  it.each([
    [`42 (python) S ${TAIL}`, 'S'],
    [`42 (a) b) (c) R ${TAIL}`, 'R'],
    [`42 (new\nline) Z ${TAIL}`, 'Z']
  ])('%j', (text, state) => {
    expect(parseStat(text)).toEqual({ pid: 42, state, start: '987654' });
  });

  it('cut short is nothing', () => {
    expect(parseStat('')).toBeNull();
    expect(parseStat('42 (python) S 1 1')).toBeNull();
  });
});

describe('the mark', () => {
  it.each([
    ['RUN=abc', true],
    ['A=1\0RUN=abc\0B=2\0', true],
    ['RUN=abcd\0', false],
    ['XRUN=abc\0', false],
    ['XRUN=abc\0RUN=abcd\0RUN=abc\0', true],
    ['A=RUN=abc\0', false],
    ['', false]
  ])('in %j: %s', (environ, expected) => {
    const found = hasVariable(Buffer.from(environ), Buffer.from('RUN=abc'));
    expect(found).toBe(expected);
  });

  it.each([
    [['py', '-m', 'jupyterlab_batch.runner', '/w/p/u/abc', ''], true],
    [['py', '-m', 'jupyterlab_batch.runner', '/w/p/u/abcd', ''], false],
    [['py', '-m', 'jupyterlab_batch.runner', 'rebuild', '/w/p/u/abc'], false],
    [['vi', '/w/p/u/abc'], false],
    [[''], false]
  ])('the words %j are the runner of abc: %s', (words, expected) => {
    expect(isRunnerOf(words, 'abc')).toBe(expected);
  });
});

describe('a look at a process', () => {
  it('a zombie is gone', async () => {
    const parent = spawn('sh', ['-c', 'sh -c "echo \\$\\$" & exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore']
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const table = new ProcTable();
    await expect
      .poll(() => table.look(Number(line.toString())).kind)
      .toBe('gone');
  });

  it('costs the event loop little, with 500 processes to read', async () => {
    const crowd = spawn(
      'sh',
      ['-c', 'for k in $(seq 500); do sleep 60 & done; echo ready; wait'],
      { stdio: ['ignore', 'pipe', 'ignore'], detached: true }
    );
    onTestFinished(() => void process.kill(-(crowd.pid ?? 0), 'SIGKILL'));
    await once(crowd.stdout, 'data');
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const mark = { name: 'RUN', value: 'none', run: 'none' };
    expect(await new ProcTable().marked(mark)).toEqual([]);
    delay.disable();
    expect(delay.count).toBeGreaterThan(5);
    // The middle is the code's own; the far end belongs to a busy machine.
    expect(delay.percentile(50) / 1e6).toBeLessThan(5);
  });
});

describe('where there is no /proc', () => {
  it('ps tells a process from a later one, and that it is gone', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const table = new PsTable('boot');
    const seen = table.look(child.pid ?? 0);
    expect(seen).toEqual({
      kind: 'alive',
      process: {
        pid: child.pid,
        start: expect.stringMatching(/^\w{3} \w{3} .*\d{4}$/) as string
      }
    });
    expect(table.look(child.pid ?? 0)).toEqual(seen);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(table.look(child.pid ?? 0)).toEqual({ kind: 'gone' });
  });

  it('and Windows is refused, with a way out', () => {
    expect(() => processTable('win32')).toThrow(/Subsystem for Linux/);
  });
});

describe('what surrounds the target', () => {
  it.each([
    [{ SLURM_JOB_ID: '7', JUPYTERHUB_USER: 'x' }, [], /Slurm job 7/],
    [{ JUPYTERHUB_API_URL: 'x' }, [], /JupyterHub/],
    [{}, ['/.dockerenv'], /container/],
    [{}, ['/run/.containerenv'], /container/]
  ])('%j %j', (environment, files, notice) => {
    const exists = (path: string): boolean => files.some(f => f === path);
    expect(surroundings(environment, exists)).toMatch(notice);
  });

  it('nothing', () => {
    expect(surroundings({ HOME: '/h' }, () => false)).toBeNull();
  });
});
