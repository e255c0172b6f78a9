import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { ProgressTail } from '../../src/runs/progress.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jlb-progress-'));
  path = join(folder, 'events.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const at = '2026-11-23T12:00:00Z';
const started = `{"seq": 1, "at": "${at}", "op": "run_started", "cells": 12, "pid": 1, "kernel": "python3"}\n`;
const cell = (n: number) =>
  `{"seq":${n + 1},"at":"${at}","op":"cell_started","cell":${n},"number":${n},"title":"löse"}\n`;

test('says nothing of a file that is not there', async () => {
  expect(await new ProgressTail(path).read()).toBeNull();
});

test('follows the cells, each byte once, whatever lies between', async () => {
  const tail = new ProgressTail(path);
  await writeFile(path, started);
  expect(await tail.read()).toEqual({ cell: 0, cells: 12, title: null });
  const whole = Buffer.from(cell(3));
  // Cut inside the two bytes of `ö`.
  const cut = whole.indexOf(0xc3) + 1;
  await appendFile(path, whole.subarray(0, cut));
  expect(await tail.read()).toBeNull();
  await appendFile(path, whole.subarray(cut));
  expect(await tail.read()).toEqual({ cell: 3, cells: 12, title: 'löse' });
});

test('passes over a line that is torn or forged', async () => {
  const tail = new ProgressTail(path);
  const torn = cell(2).slice(0, -20);
  await writeFile(path, `${started}${torn}\n${cell(3)}`);
  expect(await tail.read()).toEqual({ cell: 3, cells: 12, title: 'löse' });
});

test('passes over outputs of any size, and what only looks like an event', async () => {
  const tail = new ProgressTail(path);
  const output = `{"seq":2,"at":"${at}","op":"stream","cell":0,"name":"stdout","text":"${'x'.repeat(3 << 20)}"}\n`;
  const lookalike = `{"seq":3,"at":"${at}","op":"stream","cell":0,"name":"stdout","text":"{\\"op\\":\\"cell_started\\"}"}\n`;
  await writeFile(path, started + output + lookalike + cell(5));
  expect(await tail.read()).toMatchObject({ cell: 5, cells: 12 });
});
