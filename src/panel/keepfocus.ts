import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

/**
 * Hands the focus on when the element that has it goes away, as the button that
 * cancels does once nothing is left to cancel: a browser would give it to the page,
 * and who works by keyboard would begin at its top.
 *
 * @param next - what has it then
 */
export function keepFocus(
  node: HTMLElement,
  next: () => HTMLElement
): IDisposable {
  let last: Element | null = null;
  const take = (event: FocusEvent) => {
    last = event.target as Element;
  };
  const leave = (event: FocusEvent) => {
    if (event.relatedTarget !== null) {
      last = null;
      return;
    }
    // Some browsers say this of an element that they are about to take out.
    queueMicrotask(() => {
      if (last?.isConnected) {
        last = null;
      }
    });
  };
  const watch = new MutationObserver(() => {
    if (last && !last.isConnected) {
      last = null;
      if (document.activeElement === document.body) {
        next().focus();
      }
    }
  });
  node.addEventListener('focusin', take);
  node.addEventListener('focusout', leave);
  watch.observe(node, { childList: true, subtree: true });
  return new DisposableDelegate(() => {
    node.removeEventListener('focusin', take);
    node.removeEventListener('focusout', leave);
    watch.disconnect();
  });
}
