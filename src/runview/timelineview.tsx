import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { brief } from '../words/duration';
import { fullTime } from '../words/time';
import { markWord } from './marks';
import type { IPhase, ITimeline } from './timeline';

const WIDTH = 1000;
const NARROWEST = 2;

/** The run as a picture; the words below it say the same. */
export function TimelineView(props: {
  timeline: ITimeline;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { timeline, trans } = props;
  const { from, to, phases, cells, lease } = timeline;
  const x = (time: number) => ((time - from) / (to - from)) * WIDTH;
  const bar = (start: number, end: number) => ({
    x: Math.min(x(start), WIDTH - NARROWEST),
    width: Math.max(NARROWEST, x(end) - x(start))
  });
  const facts = factsOf(trans, timeline);
  return (
    <figure className="jp-Batch-timeline">
      <svg
        role="img"
        aria-label={trans.__(
          'Timeline: %1',
          facts.map(f => f.words).join(', ')
        )}
        viewBox={`0 0 ${WIDTH} ${lease ? 34 : 22}`}
        preserveAspectRatio="none"
      >
        {phases.map(({ name, from: start, to: end }) => (
          <rect
            key={`${name}${start}`}
            className={`jp-Batch-phase jp-mod-${name}`}
            y={0}
            height={6}
            {...bar(start, end)}
          />
        ))}
        {cells.map(cell => (
          <rect
            key={cell.first}
            className="jp-Batch-bar"
            data-status={cell.status}
            y={8}
            height={14}
            {...bar(cell.from, cell.to)}
          />
        ))}
        {lease ? (
          <>
            <rect
              className="jp-Batch-leaseBar"
              y={28}
              height={3}
              {...bar(lease.from, lease.to)}
            />
            {lease.marks.map(mark => (
              <rect
                key={mark.name}
                className="jp-Batch-mark"
                data-mark={mark.name}
                y={25}
                height={9}
                {...bar(mark.at, mark.at)}
              >
                <title>
                  {trans.__(
                    '%1 %2',
                    markWord(trans, mark.name),
                    fullTime(new Date(mark.at).toISOString())
                  )}
                </title>
              </rect>
            ))}
          </>
        ) : null}
      </svg>
      <figcaption aria-hidden={true}>
        {facts.map(({ name, words }) => (
          <span key={name} className={`jp-Batch-key jp-mod-${name}`}>
            {words}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function factsOf(
  trans: TranslationBundle,
  { phases, lease }: ITimeline
): { name: string; words: string }[] {
  const sums = new Map<IPhase['name'], number>();
  for (const { name, from, to } of phases) {
    sums.set(name, (sums.get(name) ?? 0) + to - from);
  }
  const facts = [...sums].map(([name, time]) => ({
    name: String(name),
    words: phaseWords(trans, name, brief(trans, time))
  }));
  if (lease && lease.marks.length > 0) {
    const time = brief(trans, lease.to - lease.from);
    facts.push({ name: 'lease', words: trans.__('credential %1', time) });
  }
  return facts;
}

function phaseWords(
  trans: TranslationBundle,
  name: IPhase['name'],
  time: string
): string {
  switch (name) {
    case 'staged':
      return trans.__('preparing %1', time);
    case 'queued':
      return trans.__('waiting %1', time);
    case 'running':
      return trans.__('running %1', time);
    case 'finishing':
      return trans.__('finishing %1', time);
  }
}
