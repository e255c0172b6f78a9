/**
 * Works through `items` in order, at most `width` at a time. The first failure
 * stops the taking of new items; it is thrown once what was begun has ended, so
 * that nothing goes on behind the caller's back.
 */
export async function inLanes<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (
      let next = iterator.next();
      next.done !== true && failures.length === 0;
      next = iterator.next()
    ) {
      try {
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  if (failures.length > 0) {
    throw failures[0];
  }
}

/** Lets everything else that waits on the event loop go first. */
export function breathe(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
