import { createHash } from 'node:crypto';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile
} from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { amendRecord, deliver } from '../../src/files/deliver.ts';
import { RUN, tmpfs, tree } from './tree.ts';

const EXECUTED = '{"executed": true}';

async function delivered(into?: string): Promise<string> {
  const source = into ?? (await tree());
  const runFolder = await tree({ 'output.ipynb': EXECUTED, 'files/': '' });
  const { folder } = await deliver({
    run: RUN,
    executed: join(runFolder, 'output.ipynb'),
    name: 'wave.ipynb',
    into: source,
    produced: {
      root: join(runFolder, 'files'),
      cwd: '.',
      rules: [],
      startedAt: Date.now(),
      entries: []
    },
    record: { closed_at: null },
    signal: new AbortController().signal
  });
  expect(folder).not.toBeNull();
  return folder ?? '';
}

const record = (folder: string) =>
  readFile(join(folder, 'record.json'), 'utf8');
const NAMES = ['record.json', 'wave.ipynb'];

it('completes the record, which still names run and notebook', async () => {
  const folder = await delivered();
  // what a crash in the middle leaves
  await writeFile(join(folder, '.record.json.part'), 'half');
  await amendRecord(folder, RUN, { closed_at: 'now' });
  expect(JSON.parse(await record(folder))).toEqual({
    closed_at: 'now',
    run_id: RUN,
    notebook_sha256: createHash('sha256').update(EXECUTED).digest('hex')
  });
  expect((await readdir(folder)).sort()).toEqual(NAMES);
});

it('leaves alone what was deleted, moved, or is another run’s', async () => {
  const folder = await delivered();
  await amendRecord(folder, RUN.replace('0', '1'), { closed_at: 'now' });
  expect(await record(folder)).toContain('"closed_at": null');
  await writeFile(join(folder, 'record.json'), 'mine now');
  await amendRecord(folder, RUN, { closed_at: 'now' });
  expect(await record(folder)).toBe('mine now');
  await rm(folder, { recursive: true });
  await amendRecord(folder, RUN, { closed_at: 'now' });
  expect(await readdir(join(folder, '..'))).toEqual([]);
});

it('follows no link that lies in its way', async () => {
  const folder = await delivered();
  const other = await tree({ file: 'untouched' });
  await symlink(join(other, 'file'), join(folder, '.record.json.part'));
  await amendRecord(folder, RUN, { closed_at: 'now' });
  expect(await readFile(join(other, 'file'), 'utf8')).toBe('untouched');
  expect(await record(folder)).toContain('"now"');
});

it('keeps the earlier record whole on a full disk, and says so', async () => {
  const disk = await tmpfs('256k');
  const folder = await delivered(disk);
  const big = { closed_at: 'now', text: 'x'.repeat(512 * 1024) };
  await expect(amendRecord(folder, RUN, big)).rejects.toMatchObject({
    code: 'disk_full'
  });
  expect(await record(folder)).toContain('"closed_at": null');
  expect((await readdir(folder)).sort()).toEqual(NAMES);
});

it('says what is in the way', async () => {
  const folder = await delivered();
  await mkdir(join(folder, '.record.json.part/x'), { recursive: true });
  onTestFinished(() => chmod(folder, 0o700));
  await expect(amendRecord(folder, RUN, {})).rejects.toThrow(
    /The record in .* could not be completed/
  );
});
