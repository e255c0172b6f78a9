/**
 * Paths that a walk has to take although it would leave them out. A folder that
 * is entered only on the way to one is narrow: nothing beside the way is taken.
 */
export class Wanted {
  readonly #paths: readonly string[];
  readonly #narrow = new Set<string>();

  constructor(paths: ReadonlySet<string>) {
    this.#paths = [...paths];
  }

  /** The path is wanted, or in something wanted, or on the way to it. */
  leadsTo(path: string): boolean {
    return this.#paths.some(
      wanted => isWithin(path, wanted) || isWithin(wanted, path)
    );
  }

  /** Marks a folder that would have been left out. */
  narrow(folder: string): void {
    if (!this.#paths.some(wanted => isWithin(folder, wanted))) {
      this.#narrow.add(folder);
    }
  }

  /** In a narrow folder, and not wanted. */
  isBeside(path: string): boolean {
    if (this.#narrow.size === 0 || this.leadsTo(path)) {
      return false;
    }
    return [...this.#narrow].some(folder => isWithin(path, folder));
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
