/** The word that was probably meant: at most a third of it is different. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Infinity;
  for (const each of known) {
    const far = distance(word.toLowerCase(), each.toLowerCase());
    if (far < least) {
      best = each;
      least = far;
    }
  }
  return least <= Math.max(1, Math.floor(word.length / 3)) ? best : null;
}

/** Ends a sentence about an unknown word. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  if (meant !== null) {
    return `did you mean ${meant}?`;
  }
  return known.length > 0
    ? `known are ${known.join(', ')}.`
    : 'there are none.';
}

/** Edits from one word to the other; two neighbours swapped count as one. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (before[j - 2] ?? 0) + 1
          : Infinity;
      row.push(
        Math.min(change, swap, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      );
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
