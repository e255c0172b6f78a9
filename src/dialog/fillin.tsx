import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../words/locale';
import { Bring } from './bring';
import { EarlierRuns } from './earlierruns';
import type { IFilled } from './filled';
import type { IHost } from './host';
import type { Session } from './session';
import type { ISessionState } from './sessionstate';

type Source = 'earlier' | 'bring';

/** Takes the values of all parameters from elsewhere, or takes edits back. */
export function FillIn(props: {
  state: ISessionState;
  session: Session;
  host: IHost;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { state, session, host, trans } = props;
  const { rows, filled } = state;
  const [open, setOpen] = React.useState<Source | null>(null);
  const id = React.useId();
  const edited = rows.filter(row => row.edited).length;
  const toggle = (source: Source, label: string) => (
    <button
      type="button"
      className="jp-Batch-link"
      aria-expanded={open === source}
      aria-controls={id}
      data-fill-from={source}
      onClick={() => setOpen(open === source ? null : source)}
    >
      {label}
    </button>
  );
  return (
    <div className="jp-Batch-fill">
      <div className="jp-Batch-tools">
        {toggle('earlier', trans.__('Values of an earlier run'))}
        {toggle('bring', trans.__('Paste or import'))}
        {edited > 0 ? (
          <button
            type="button"
            className="jp-Batch-link"
            data-reset-all
            onClick={() => session.resetAll()}
          >
            {trans._n(
              'Reset %2 edit',
              'Reset all %2 edits',
              edited,
              count(edited)
            )}
          </button>
        ) : null}
      </div>
      <div id={id} hidden={open === null} className="jp-Batch-fillBody">
        {open === 'earlier' ? (
          <EarlierRuns rows={rows} session={session} trans={trans} />
        ) : open === 'bring' ? (
          <Bring session={session} host={host} trans={trans} />
        ) : null}
      </div>
      <div role="status" className="jp-Batch-filled">
        {filled ? (
          <>
            <p>{filledWords(trans, filled)}</p>
            {filled.remarks.map(remark => (
              <p key={remark} className="jp-mod-warning" lang="en">
                {remark}
              </p>
            ))}
          </>
        ) : null}
      </div>
    </div>
  );
}

function filledWords(
  trans: TranslationBundle,
  { taken, pinned, unknown }: IFilled
): string {
  return [
    taken.length === 0
      ? trans.__('No value was taken.')
      : trans.__('Taken: %1.', taken.join(', ')),
    pinned.length === 0
      ? ''
      : trans.__('Set by the site, and so left: %1.', pinned.join(', ')),
    unknown.length === 0
      ? ''
      : trans.__('No longer parameters, and so left: %1.', unknown.join(', '))
  ]
    .filter(words => words !== '')
    .join(' ');
}
