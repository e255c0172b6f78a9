import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { readLog } from '../../src/runs/log.ts';
import { tree } from '../files/tree.ts';

const stream = (text: string) => ({
  op: 'stream',
  cell: 0,
  name: 'stdout',
  text
});
const cell = (number: number, title: string | null = null) => ({
  op: 'cell_started',
  cell: number,
  number,
  title
});

function lines(...events: object[]): string {
  return events.map(event => `${JSON.stringify(event)}\n`).join('');
}

async function run(events: string, runner = ''): Promise<string> {
  return tree({ 'events.jsonl': events, 'runner.log': runner });
}

/** All of it, piece by piece as a reader follows; and how many pieces it took. */
async function whole(folder: string, ended = true) {
  let offset = 0;
  let text = '';
  for (let pieces = 1; ; pieces++) {
    const chunk = await readLog(folder, offset, ended);
    text += chunk.text;
    if (chunk.ended || chunk.offset === offset) {
      return { text, pieces, ended: chunk.ended, offset: chunk.offset };
    }
    offset = chunk.offset;
  }
}

it('reads like a terminal: streams, results, tracebacks, under their cells', async () => {
  const folder = await run(
    lines(
      { op: 'run_started', cells: 2, pid: 1, kernel: 'python3' },
      cell(1, 'Solve'),
      stream('a'),
      stream('b'),
      {
        op: 'output',
        cell: 0,
        output: {
          output_type: 'execute_result',
          data: { 'text/plain': '4.0', 'image/png': 'AAAA' }
        }
      },
      cell(2),
      {
        op: 'output',
        cell: 1,
        output: {
          output_type: 'error',
          traceback: ['Traceback', 'ValueError: é']
        }
      },
      { op: 'run_ended', message: 'Cell 2 failed.' }
    ),
    'a kernel said this\n'
  );
  expect(await whole(folder)).toMatchObject({
    text:
      '\n── cell 1 · Solve ──\nab\n4.0\n' +
      '\n── cell 2 ──\nTraceback\nValueError: é\n' +
      '\n[Cell 2 failed.]\n' +
      '\n── runner and kernel ──\na kernel said this\n',
    ended: true
  });
});

it('grows with the run, and reads no event twice or in halves', async () => {
  const folder = await run(lines(cell(1), stream('one\n')));
  const first = await readLog(folder, 0, false);
  expect(first).toMatchObject({ text: '\n── cell 1 ──\none\n', ended: false });
  const two = lines(stream('two\n'));
  const events = join(folder, 'events.jsonl');
  await appendFile(events, two.slice(0, 20));
  const second = await readLog(folder, first.offset, false);
  expect(second).toEqual({ text: '', offset: first.offset, ended: false });
  await appendFile(events, two.slice(20));
  const third = await readLog(folder, second.offset, false);
  expect(third.text).toBe('two\n');
  expect(await readLog(folder, third.offset, true)).toEqual({
    text: '',
    offset: third.offset,
    ended: true
  });
});

it('passes over a line that a crash has torn', async () => {
  const folder = await run(`${lines(stream('one\n'))}{"op":"str`, 'killed\n');
  expect((await whole(folder)).text).toBe(
    'one\n\n── runner and kernel ──\nkilled\n'
  );
});

it('holds little in memory: a flood is told by its size, much comes in pieces', async () => {
  const image = 'x'.repeat(5 * 1024 * 1024);
  const folder = await run(
    lines(stream('before\n'), {
      op: 'output',
      cell: 0,
      output: { output_type: 'display_data', data: { 'image/png': image } }
    }) +
      lines(stream('y'.repeat(300 * 1024)), stream('\n')) +
      lines(stream(`${'z'.repeat(1000)}\n`)).repeat(600)
  );
  const all = await whole(folder);
  expect(all.pieces).toBeGreaterThan(4);
  expect(all.text).toMatch(
    /^before\n\[52\d{5} bytes of output: see the executed notebook\]\ny{307200}\n(z{1000}\n){600}$/
  );
});

it('begins near the end where that is asked, with a whole event', async () => {
  const folder = await run(
    lines(stream('é one\n'), stream('two\n'), stream('three\n'))
  );
  const tail = await readLog(folder, -5, true);
  expect(tail).toMatchObject({ text: 'three\n', ended: true });
  expect((await readLog(folder, -1e9, true)).text).toBe('é one\ntwo\nthree\n');
});

it('is empty where nothing was written, and hides no character of the runner', async () => {
  const none = await tree({});
  expect(await readLog(none, -100, false)).toEqual({
    text: '',
    offset: 0,
    ended: false
  });
  expect((await readLog(none, 0, true)).ended).toBe(true);
  const folder = await run('', 'é'.repeat(200_000));
  await writeFile(join(folder, 'events.jsonl'), '');
  expect((await whole(folder)).text).toContain(`\n${'é'.repeat(200_000)}`);
});
