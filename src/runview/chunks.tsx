import * as React from 'react';

/** Cells that appear and disappear together. */
export const CHUNK = 20;
/** px; a guess until a chunk was seen */
const CELL = 64;

export interface IChunksProps {
  total: number;
  /** what scrolls */
  root: React.RefObject<HTMLElement>;
  render: (index: number) => React.ReactNode;
  /** cells in view or near it: from, to */
  onShow: (from: number, to: number) => void;
}

/**
 * A long column of which only what is near the view exists. A chunk that went
 * out of view leaves a gap of its height; the browser's scroll anchoring keeps
 * the reader's place when a guess was wrong.
 */
export function Chunks(props: IChunksProps): React.JSX.Element {
  const { total, root, render, onShow } = props;
  const count = Math.ceil(total / CHUNK);
  const [near, setNear] = React.useState<ReadonlySet<number>>(new Set([0]));
  const heights = React.useRef(new Map<number, number>());
  const host = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const watched = host.current;
    if (!watched) {
      return;
    }
    const observer = new IntersectionObserver(
      entries => {
        // Behind another document nothing is in view, and nothing has a height.
        if (!root.current?.clientHeight) {
          return;
        }
        setNear(before => {
          const after = new Set(before);
          for (const { target, isIntersecting } of entries) {
            const chunk = Number((target as HTMLElement).dataset.chunk);
            if (isIntersecting) {
              after.add(chunk);
            } else if (after.delete(chunk)) {
              heights.current.set(chunk, target.getBoundingClientRect().height);
            }
          }
          return after;
        });
      },
      { root: root.current, rootMargin: '800px 0px' }
    );
    [...watched.children].forEach(child => observer.observe(child));
    return () => observer.disconnect();
  }, [count, root]);
  const [first, last] = [Math.min(...near), Math.max(...near)];
  React.useEffect(() => {
    if (near.size > 0) {
      onShow(first * CHUNK, Math.min(total, (last + 1) * CHUNK));
    }
  }, [first, last, total, near.size]);
  return (
    <div ref={host}>
      {Array.from({ length: count }, (_, chunk) => {
        const from = chunk * CHUNK;
        const to = Math.min(total, from + CHUNK);
        return near.has(chunk) ? (
          <div key={chunk} data-chunk={chunk}>
            {Array.from({ length: to - from }, (_, at) => (
              <React.Fragment key={from + at}>
                {render(from + at)}
              </React.Fragment>
            ))}
          </div>
        ) : (
          <div
            key={chunk}
            data-chunk={chunk}
            style={{
              height: heights.current.get(chunk) ?? (to - from) * CELL
            }}
          />
        );
      })}
    </div>
  );
}
