/** One thing of the project tree that goes with a run. JSON through and through. */
export interface IPlanEntry {
  /** relative to the root, decoded as `names.ts` says */
  readonly path: string;
  /** `linked`: too large to copy, becomes a link to the original */
  readonly kind: 'file' | 'folder' | 'link' | 'linked';
  readonly size: number;
  /** ns since the epoch, in decimal; JSON numbers cannot hold it */
  readonly mtime: string;
  /** permission bits */
  readonly mode: number;
  /** of a link: where it leads, relative to its own folder */
  readonly target: string | null;
}

export interface ILeftOut {
  readonly path: string;
  readonly reason: string;
}

export interface ILimits {
  /** above this a person is asked */
  readonly files: number;
  /** above this a person is asked */
  readonly bytes: number;
  /** a larger file is linked instead of copied */
  readonly copied: number;
}

export const LIMITS: ILimits = {
  files: 10_000,
  bytes: 2 * 1024 ** 3,
  copied: 256 * 1024 ** 2
};
