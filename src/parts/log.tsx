import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IBatchApi } from '../tokens';
import { AnsiText } from './ansitext';

/** bytes of the log's end to begin with, characters to keep */
const TAIL = -20_000;
const KEEP = 200_000;
/** milliseconds between looks at a log that may still grow */
const PAUSE = 2000;

export interface ILogProps {
  api: IBatchApi;
  id: string;
  trans: TranslationBundle;
}

/** The end of what the run printed, followed until the run is over. */
export function Log(props: ILogProps): React.JSX.Element {
  const { api, id, trans } = props;
  const { text, ended } = useLog(api, id);
  return text === '' ? (
    <p className="jp-Batch-hint">
      {ended ? trans.__('The log is empty.') : trans.__('Nothing yet.')}
    </p>
  ) : (
    <AnsiText text={text} label={trans.__('Log')} className="jp-Batch-log" />
  );
}

function useLog(api: IBatchApi, id: string): { text: string; ended: boolean } {
  const [log, setLog] = React.useState({ text: '', ended: false });
  React.useEffect(() => {
    let offset = TAIL;
    let timer = 0;
    let gone = false;
    const look = async () => {
      let over = false;
      try {
        const chunk = await api.call('log', { id, query: { offset } });
        if (gone) {
          return;
        }
        over = chunk.ended && chunk.text === '';
        offset = chunk.offset;
        setLog(({ text }) => ({
          text: (text + chunk.text).slice(-KEEP),
          ended: chunk.ended
        }));
      } catch {
        // The panel says that the connection is lost; the log is asked again.
      }
      if (!gone && !over) {
        timer = window.setTimeout(() => void look(), PAUSE);
      }
    };
    setLog({ text: '', ended: false });
    void look();
    return () => {
      gone = true;
      window.clearTimeout(timer);
    };
  }, [api, id]);
  return log;
}
