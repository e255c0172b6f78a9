/** These functions run in the page, and so know nothing from outside. */

/**
 * What a language pack cannot reach in nodes of ours: words that never went through
 * the translator, and messages in what is marked as no language's.
 */
export function untranslated(selectors: readonly string[]): string[] {
  // A value or name (HTML's own mark for it), a time, a sentence of the server;
  // a button and keys that JupyterLab itself writes.
  const DATA =
    '[translate="no"], time[datetime], [lang]:not(html), script, .jp-Dialog-close-button, .lm-Menu-itemShortcut';
  const SPOKEN = [
    'title',
    'alt',
    'placeholder',
    'aria-label',
    'aria-description',
    'aria-placeholder',
    'aria-roledescription',
    'aria-valuetext'
  ];
  const WORD = '[a-z]*[aeiouny][a-z]*';
  const EDGE = '[\\p{L}\\p{N}._:/-]';
  const PLAIN = new RegExp(`(?<!${EDGE})${WORD} ${WORD}(?!${EDGE})`, 'u');
  const found = new Set<string>();
  /** The parts of a text between its messages or in them, however nested. */
  const parts = (text: string, within: boolean) => {
    let depth = 0;
    return text.split(/(\[!!|!!\])/).filter(part => {
      depth += part === '[!!' ? 1 : part === '!!]' ? -1 : 0;
      return depth > 0 === within && part !== '!!]' && part !== '[!!';
    });
  };
  const outside = (text: string) => parts(text, false);
  const inside = (text: string) => parts(text, true);
  const check = (element: Element, text: string, where: string) => {
    const tell = (fault: string) =>
      found.add(
        `${element.tagName}.${element.getAttribute('class') ?? ''} ${where}, ${fault}: ${text}`
      );
    if (
      outside(text).some(part => /\p{L}/u.test(part)) &&
      !element.closest(DATA)
    ) {
      tell('not translated');
    }
    // Two plain words in a row within a message: an argument that is a sentence.
    if (inside(text).some(part => PLAIN.test(part))) {
      tell('not translated within a message');
    }
    // A title may be ours on an element whose content is not.
    if (
      where === 'text' &&
      text.includes('[!!') &&
      element.closest('[translate="no"], [lang]:not(html)')
    ) {
      tell('marked as data');
    }
  };
  for (const root of Array.from(document.querySelectorAll(selectors.join()))) {
    for (const element of [root, ...Array.from(root.querySelectorAll('*'))]) {
      for (const node of Array.from(element.childNodes)) {
        if (node.nodeType === Node.TEXT_NODE) {
          check(element, node.textContent ?? '', 'text');
        }
      }
      for (const name of SPOKEN) {
        check(element, element.getAttribute(name) ?? '', name);
      }
    }
  }
  return [...found];
}

/** Numbers and times of ours that are not written as this language has them. */
export function unlocal({
  selectors,
  tag
}: {
  selectors: readonly string[];
  tag: string;
}): string[] {
  const found = new Set<string>();
  const full = new Intl.DateTimeFormat(tag, {
    dateStyle: 'medium',
    timeStyle: 'medium'
  });
  for (const root of Array.from(document.querySelectorAll(selectors.join()))) {
    for (const time of Array.from(root.querySelectorAll('time'))) {
      const wanted = full.format(new Date(time.dateTime));
      if (time.title !== '' && !time.title.includes(wanted)) {
        found.add(`${time.title}, not ${wanted}`);
      }
    }
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode.textContent ?? '';
      const data = texts.currentNode.parentElement?.closest(
        '[translate="no"], [lang]:not(html)'
      );
      if (/\d\.\d+\s?(s|kB|MB|GB)\b/.test(text) && !data) {
        found.add(text);
      }
    }
  }
  return [...found];
}

/** Words of ours that cannot be read whole, or only by scrolling sideways. */
export function clipped(selectors: readonly string[]): string[] {
  // Lines of code are not broken. What the kernel put out is laid out by whoever
  // renders it, and what only a voice says has no room at all.
  const EXEMPT =
    'pre, .jp-Batch-source code, .cm-editor, .jp-Batch-outputs, .jp-Batch-unseen, .jp-Batch-announce';
  // These have a direction to scroll in, as WCAG 1.4.10 allows for tables.
  const SIDEWAYS =
    '.jp-Batch-ansi, .jp-Batch-compareColumns, .jp-Batch-compareTable, [role="tablist"]';
  const found = new Map<Element, string>();
  const pen = document.createElement('canvas').getContext('2d');
  const roots = Array.from(document.querySelectorAll(selectors.join()));
  const elements = roots.flatMap(root => [
    root,
    ...Array.from(root.querySelectorAll('*'))
  ]);
  const chosen = (element: HTMLSelectElement) => {
    const { font, paddingInlineStart, paddingInlineEnd } =
      getComputedStyle(element);
    pen!.font = font;
    const { width } = pen!.measureText(
      element.selectedOptions.item(0)?.text ?? ''
    );
    return (
      width + parseFloat(paddingInlineStart) + parseFloat(paddingInlineEnd)
    );
  };
  for (const element of elements) {
    if (
      !(element instanceof HTMLElement) ||
      element.offsetParent === null ||
      element.closest(EXEMPT) ||
      element.textContent.trim() === '' ||
      // of JupyterLab's toolkit, with a layout of its own
      element.tagName.startsWith('JP-')
    ) {
      continue;
    }
    const { overflowY, textOverflow, display, webkitLineClamp } =
      getComputedStyle(element);
    const { clientWidth, clientHeight, scrollHeight } = element;
    const width =
      element instanceof HTMLSelectElement
        ? chosen(element)
        : element.scrollWidth;
    const wide = width > clientWidth + 1 && !element.matches(SIDEWAYS);
    const high =
      scrollHeight > clientHeight + 2 &&
      !['auto', 'scroll'].includes(overflowY);
    // Cut on purpose, with all of it to be had by pointer and by voice.
    const meant =
      (textOverflow === 'ellipsis' || webkitLineClamp !== 'none') &&
      (element.closest('[title]') ?? element.querySelector('[title]'));
    if (display !== 'inline' && (wide || high) && !meant) {
      const size = wide
        ? `${width}>${clientWidth} wide`
        : `${scrollHeight}>${clientHeight} high`;
      const { tagName, className } = element;
      found.set(
        element,
        `${tagName}.${className} ${size}: ${element.textContent.slice(0, 80)}`
      );
    }
  }
  // The innermost is the one to mend.
  return [...found]
    .filter(
      ([outer]) =>
        ![...found.keys()].some(
          inner => inner !== outer && outer.contains(inner)
        )
    )
    .map(([, words]) => words);
}
