import type { PlanFolder, PlanRow } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { bytes } from '../words/bytes';
import { count } from '../words/locale';
import type { Session } from './session';

export interface IFolderProps {
  /** id of the plan that is shown */
  plan: string;
  /** relative to the root; empty: the root */
  folder: string;
  session: Session;
  trans: TranslationBundle;
}

/** What of a plan lies in a folder; folders are read when they are opened. */
export function FilesTree(props: IFolderProps): React.JSX.Element {
  const { plan, folder, session, trans } = props;
  const [listed, setListed] = React.useState<PlanFolder | null>(null);
  const [failure, setFailure] = React.useState<string | null>(null);
  React.useEffect(() => {
    let wanted = true;
    session.folder(plan, folder).then(
      found => {
        if (wanted) {
          setListed(found);
          setFailure(null);
        }
      },
      (reason: unknown) =>
        wanted && setFailure(reason instanceof Error ? reason.message : '')
    );
    return () => {
      wanted = false;
    };
  }, [session, plan, folder]);
  if (failure !== null) {
    return (
      <p className="jp-Batch-hint" lang="en">
        {failure}
      </p>
    );
  }
  return (
    <ul
      className="jp-Batch-tree"
      aria-label={folder || trans.__('Files of the project')}
      aria-busy={listed === null}
    >
      {listed?.rows.map(row => (
        <Row {...props} key={row.path} row={row} />
      ))}
      {listed && listed.more > 0 ? (
        <li className="jp-Batch-hint">
          {trans._n(
            'and %2 more',
            'and %2 more',
            listed.more,
            count(listed.more)
          )}
        </li>
      ) : null}
    </ul>
  );
}

function Row(props: IFolderProps & { row: PlanRow }): React.JSX.Element {
  const { row, session, trans } = props;
  const [open, setOpen] = React.useState(false);
  // As it was pressed, not as the server has it a moment later.
  const excluded = session.state.choices.exclude.includes(row.path);
  const folds = row.kind === 'folder' && !excluded;
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <li data-path={row.path} data-excluded={excluded}>
      <span className="jp-Batch-treeRow">
        <input
          type="checkbox"
          checked={!excluded}
          aria-label={trans.__('Take %1 along', row.path)}
          data-toggle={row.path}
          onChange={event => session.exclude(row.path, !event.target.checked)}
        />
        {folds ? (
          <button
            type="button"
            className="jp-Batch-treeName"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <Caret.react tag="span" />
            <bdi translate="no">{row.name}</bdi>
          </button>
        ) : (
          <bdi className="jp-Batch-treeName" translate="no">
            {row.name}
          </bdi>
        )}
        <span
          className="jp-Batch-treeSize"
          translate={excluded || row.kind !== 'file' ? undefined : 'no'}
        >
          {excluded ? trans.__('stays behind') : sizeWords(trans, row)}
        </span>
      </span>
      {folds && open ? <FilesTree {...props} folder={row.path} /> : null}
    </li>
  );
}

function sizeWords(trans: TranslationBundle, row: PlanRow): string {
  switch (row.kind) {
    case 'folder':
      return trans._n(
        '%3 file, %2',
        '%3 files, %2',
        row.files,
        bytes(row.bytes),
        count(row.files)
      );
    case 'link':
      return trans.__('a link');
    case 'linked':
      return trans.__(
        '%1, linked: a write changes the original',
        bytes(row.bytes)
      );
    default:
      return bytes(row.bytes);
  }
}
