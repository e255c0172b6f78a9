/** What `work` gives within a time, else `late`; it goes on, and is kept by whoever asked. */
export async function within<T>(
  ms: number,
  work: Promise<T>,
  late: T
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<T>(resolve => {
    timer = setTimeout(() => resolve(late), ms);
  });
  const first = await Promise.race([work, over]);
  clearTimeout(timer);
  return first;
}
