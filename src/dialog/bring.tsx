import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IHost } from './host';
import type { Session } from './session';

/** In no language. */
const EXAMPLE = 'AMP=4.0\nXc=251.5';

/** Values as NAME=VALUE lines, or out of a parameter file. */
export function Bring(props: {
  session: Session;
  host: IHost;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { session, host, trans } = props;
  const [text, setText] = React.useState('');
  const [wrong, setWrong] = React.useState<string | null>(null);
  const id = React.useId();
  const take = async () => {
    setWrong(null);
    try {
      await session.filling.readValues('lines', text);
      setText('');
    } catch (reason) {
      setWrong(reason instanceof Error ? reason.message : String(reason));
    }
  };
  const { importFile } = host;
  return (
    <div className="jp-Batch-bring">
      <label htmlFor={id}>{trans.__('NAME=VALUE lines')}</label>
      <textarea
        id={id}
        className="jp-mod-styled"
        rows={4}
        spellCheck={false}
        translate="no"
        placeholder={EXAMPLE}
        data-field="lines"
        value={text}
        aria-invalid={wrong !== null}
        aria-describedby={`${id}-wrong`}
        onChange={event => setText(event.target.value)}
      />
      <div
        className="jp-Batch-wrong"
        id={`${id}-wrong`}
        aria-live="polite"
        lang="en"
      >
        {wrong}
      </div>
      <div className="jp-Batch-tools">
        {importFile ? (
          <button
            type="button"
            className="jp-Batch-link"
            data-field="import"
            onClick={importFile}
          >
            {trans.__('From a file (.toml, .yaml, .json)…')}
          </button>
        ) : null}
        <button
          type="button"
          className="jp-Batch-link"
          disabled={text.trim() === ''}
          data-take-lines
          onClick={() => void take()}
        >
          {trans.__('Take these values')}
        </button>
      </div>
    </div>
  );
}
