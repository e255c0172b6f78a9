/** What a heap orders by: the time first, then who came first. */
export interface IDue {
  readonly id: number;
  /** ms since the epoch */
  readonly due: number;
}

const before = (a: IDue, b: IDue): boolean =>
  a.due < b.due || (a.due === b.due && a.id < b.id);

/** A binary heap, earliest first: ten thousand waiting intents cost nothing. */
export class Heap {
  readonly #items: IDue[] = [];

  get first(): IDue | null {
    return this.#items[0] ?? null;
  }

  push(item: IDue): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = items[up];
      if (!parent || !before(item, parent)) {
        break;
      }
      items[at] = parent;
      at = up;
    }
    items[at] = item;
  }

  pop(): IDue | null {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (!first || !last || items.length === 0) {
      return first ?? null;
    }
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [a, b] = [items[left], items[left + 1]];
      const least = b && a && before(b, a) ? left + 1 : left;
      const child = items[least];
      if (!child || !before(child, last)) {
        break;
      }
      items[at] = child;
      at = least;
    }
    items[at] = last;
    return first;
  }
}
