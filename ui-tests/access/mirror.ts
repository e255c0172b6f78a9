/** Where the boxes of a view are, from the side where lines of text begin. */
export interface IPlaces {
  /** per box, in the order of the document: name, pixels from there, width */
  readonly boxes: readonly (readonly [string, number, number])[];
}

/**
 * This function runs in the page. Left out are the boxes inside of what reads from left to
 * right in every language, and inline ones: their order is that of their letters,
 * and those of the test are Latin.
 */
export function placesOf(selectors: readonly string[]): IPlaces {
  const LTR =
    'pre, code, svg *, .cm-editor, .jp-Batch-outputs, .jp-Batch-runParameters, .jp-Batch-folder, .jp-Batch-unseen, .jp-Batch-announce';
  const boxes: [string, number, number][] = [];
  for (const root of Array.from(document.querySelectorAll(selectors.join()))) {
    const frame = root.getBoundingClientRect();
    const rtl = getComputedStyle(root).direction === 'rtl';
    for (const element of Array.from(root.querySelectorAll('*'))) {
      const box = element.getBoundingClientRect();
      const { display } = getComputedStyle(element);
      if (
        box.width === 0 ||
        display.startsWith('inline') ||
        display === 'contents' ||
        element.closest(LTR) ||
        // with margins of JupyterLab's own
        element.closest('.jp-Dialog-footer')
      ) {
        continue;
      }
      const from = rtl ? frame.right - box.right : box.left - frame.left;
      boxes.push([
        `${element.tagName}.${element.getAttribute('class') ?? ''} ${element.textContent?.slice(0, 40)}`,
        Math.round(from),
        Math.round(box.width)
      ]);
    }
  }
  return { boxes };
}

/** Pixels by which a box may be off: marks of half a pixel, rounded twice. */
const SLACK = 2;

/** What does not lie in the second as in a mirror of the first. */
export function unmirrored(ltr: IPlaces, rtl: IPlaces): string[] {
  if (ltr.boxes.length !== rtl.boxes.length) {
    return [`${ltr.boxes.length} boxes became ${rtl.boxes.length}`];
  }
  return ltr.boxes.flatMap(([name, from, width], at) => {
    const [, mirrored, wide] = rtl.boxes[at];
    return Math.abs(from - mirrored) > SLACK || Math.abs(width - wide) > SLACK
      ? [`${name}: at ${mirrored}, ${wide} wide, and not at ${from}, ${width}`]
      : [];
  });
}
