import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

import { BatchError, type Reason } from '@jupyterlab-batch/protocol';

import * as files from '../files/index.ts';
import type { JsonObject } from '../lifecycle/types.ts';
import type { IFailure } from '../runs/doc.ts';
import type { IDeliveryRequest, IFilesRoom, IPlanned } from '../runs/ports.ts';

const REASONS: Readonly<Record<string, Reason>> = {
  changed: 'files_changed',
  unreadable: 'files_unreadable',
  files_unreadable: 'files_unreadable',
  symlink_leaves_tree: 'files_unreadable',
  disk_full: 'disk_full',
  unwritable: 'work_unwritable',
  work_unwritable: 'work_unwritable'
};

/**
 * The files room as the runs room speaks of it.
 *
 * @param own files and folders of the broker itself: they go with no run
 */
export function filesRoom(own: readonly string[]): IFilesRoom {
  const options = { home: homedir(), own };
  return {
    ...room,
    async plan(request) {
      return forRuns(await files.plan(request, options));
    },
    async confirmed(planned) {
      try {
        const found = await files.confirmed(forFiles(planned), options);
        return found.kind === 'same'
          ? forRuns(found.planned)
          : { reason: 'files_changed', message: found.message };
      } catch (error) {
        return refusal(error);
      }
    }
  };
}

const room: Omit<IFilesRoom, 'plan' | 'confirmed'> = {
  listFolder: (planned, folder) => {
    const { plan, entries } = forFiles(planned);
    return files.listFolder(entries, plan.excluded, folder);
  },

  runFolder: (work, root, user, run) =>
    join(resolve(work), files.projectSlug(root), files.slug(user), run),

  checkWritable: work => files.checkWork(work),

  makeRunFolder: folder =>
    refused(async () => {
      const user = dirname(folder);
      const project = dirname(user);
      await files.createRunFolder(
        dirname(project),
        basename(project),
        basename(user),
        basename(folder)
      );
    }),

  async copy(planned, into, signal) {
    const { entries, plan } = forFiles(planned);
    const result = await files.copy(entries, plan.root ?? '/', into, {
      signal
    });
    switch (result.kind) {
      case 'done':
        return null;
      case 'aborted':
        return 'aborted';
      default:
        return {
          reason: REASONS[result.kind] ?? 'internal',
          message: result.message
        };
    }
  },

  write: (path, text) => refused(() => files.writeWhole(path, text)),

  async missing(request) {
    const { missing } = await files.expectedOutputs(await produced(request));
    return missing.map(rule => `${rule.glob} (${rule.why})`);
  },

  async deliver(request, record, signal) {
    const delivered = await files.deliver({
      run: request.run,
      executed: join(request.runFolder, files.EXECUTED),
      name: request.name,
      into: request.into,
      produced: await produced(request),
      record,
      signal
    });
    return {
      notebook: delivered.notebook,
      folder: delivered.folder,
      sha256: delivered.sha256,
      outputs: delivered.outputs,
      missing: delivered.missing.map(rule => `${rule.glob} (${rule.why})`),
      problem: delivered.refused?.message ?? null
    };
  },

  amend: (folder, run, record) =>
    refused(() => files.amendRecord(folder, run, record)),

  async made(request, delivery) {
    const kept = await files.keptResult(request.runFolder);
    if (kept === null) {
      return { folder: null, files: [], kept: [] };
    }
    const look = await produced(request);
    const { outputs } = await files.expectedOutputs(look);
    const found = request.inPlace
      ? outputs.map(o => ({
          path: o.path,
          size: o.bytes,
          delivered: false,
          declared: true
        }))
      : await files.changedFiles(look, outputs);
    const delivered = (delivery?.folder ?? null) !== null;
    const there = new Set(delivery?.outputs);
    return {
      folder: request.root,
      files: found
        .map(file => ({
          ...file,
          delivered:
            file.declared &&
            files.deliveredAs(look.cwd, file.path).some(as => there.has(as))
        }))
        .sort((a, b) => Number(b.delivered) - Number(a.delivered)),
      kept: delivered ? [] : kept
    };
  },

  async removeRunFolder(folder) {
    try {
      await files.removeRunFolder(dirname(dirname(dirname(folder))), folder);
      return null;
    } catch (error) {
      if (error instanceof files.NotARunFolder) {
        return null;
      }
      if (error instanceof BatchError) {
        return error.message;
      }
      throw error;
    }
  },

  jobEnvironment: files.jobEnvironment
};

const forRuns = (planned: files.IPlanned): IPlanned => ({
  ...planned,
  entries: planned.entries as unknown as JsonObject[]
});

/** Entries come back as `forRuns` gave them away. */
const forFiles = (planned: IPlanned): files.IPlanned => ({
  ...planned,
  entries: planned.entries as unknown as files.IPlanEntry[]
});

async function produced(request: IDeliveryRequest) {
  const planned = await files.loadPlan(request.runFolder);
  return {
    root: request.root,
    cwd: request.cwd,
    rules: request.outputs,
    startedAt: request.startedAt,
    entries: request.inPlace ? [] : (planned?.entries ?? [])
  };
}

/** What the disk refused, as a reason for the run to fail. */
async function refused(act: () => Promise<void>): Promise<IFailure | null> {
  try {
    await act();
    return null;
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): IFailure {
  if (error instanceof BatchError) {
    return {
      reason: REASONS[error.code] ?? 'internal',
      message: error.problem.detail
    };
  }
  throw error;
}
