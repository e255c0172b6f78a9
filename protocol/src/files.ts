import { Type, type Static } from 'typebox';

import { FilesMode } from './notebook.js';
import { Nullable, Strict } from './shapes.js';

const Entry = Strict(
  {
    path: Type.String({ description: 'relative to the root' }),
    bytes: Type.Integer({ minimum: 0 })
  },
  'PlanEntry'
);

export const PlanRequest = Strict(
  {
    notebook: Nullable(Type.String(), 'absolute path of the source notebook'),
    mode: FilesMode,
    names: Type.Array(Type.String(), {
      description: 'relative paths that the notebook names'
    }),
    exclude: Type.Optional(
      Type.Array(Type.String(), {
        description: 'files and folders to leave out, relative to the root'
      })
    ),
    include: Type.Optional(
      Type.Array(Type.String(), {
        description: 'to take although an ignore file names them'
      })
    )
  },
  'PlanRequest'
);
export type PlanRequest = Static<typeof PlanRequest>;

/** What goes with a run: shown before submit, kept until the copy is done. */
export const FilesPlan = Strict(
  {
    id: Type.String({
      description:
        'a digest of paths, sizes and times: the same files, the same id'
    }),
    mode: FilesMode,
    root: Nullable(Type.String(), 'the project root, absolute'),
    cwd: Type.String({
      description: "the notebook's folder relative to the root, '.' if it is"
    }),
    files: Type.Integer({ minimum: 0 }),
    bytes: Type.Integer({ minimum: 0 }),
    largest: Type.Array(Entry, { description: 'at most ten' }),
    linked: Type.Array(Entry, {
      description: 'too large to copy: a write changes the original'
    }),
    left_out: Type.Array(
      Strict({ path: Type.String(), reason: Type.String() }, 'LeftOut')
    ),
    missing: Type.Array(Type.String(), {
      description: 'named by the notebook, not in the plan'
    }),
    excluded: Type.Array(Type.String(), {
      description: 'left out because the user said so'
    }),
    included: Type.Array(Type.String(), {
      description: 'taken because the user said so'
    }),
    addable: Type.Array(Type.String(), {
      description:
        'paths relative to the root that are missing only because they are left out'
    }),
    ask: Nullable(
      Type.Enum(['too_large', 'too_many', 'root_is_home']),
      'a person has to confirm this plan'
    )
  },
  'FilesPlan'
);
export type FilesPlan = Static<typeof FilesPlan>;

/** One line of the files plan's tree. */
export const PlanRow = Strict(
  {
    path: Type.String({ description: 'relative to the root' }),
    name: Type.String({ description: 'for people' }),
    kind: Type.Enum(['file', 'folder', 'link', 'linked']),
    files: Type.Integer({
      minimum: 0,
      description: 'in it and below; 1: itself'
    }),
    bytes: Type.Integer({ minimum: 0, description: 'in it and below' }),
    excluded: Type.Boolean()
  },
  'PlanRow'
);
export type PlanRow = Static<typeof PlanRow>;

/** What lies in one folder of a plan. */
export const PlanFolder = Strict(
  {
    rows: Type.Array(PlanRow),
    more: Type.Integer({ minimum: 0, description: 'that are not listed' })
  },
  'PlanFolder'
);
export type PlanFolder = Static<typeof PlanFolder>;

export const PlanFolderQuery = Type.Object(
  {
    folder: Type.String({
      description: 'relative to the root; empty: the root'
    })
  },
  { $id: 'PlanFolderQuery', additionalProperties: false }
);
export type PlanFolderQuery = Static<typeof PlanFolderQuery>;
