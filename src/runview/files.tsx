import type { RunDetail } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { RunModel } from '../parts/runmodel';
import { bytes } from '../words/bytes';

/** What the run folder holds beside the files; names are the contract's. */
const PAPERS = ['output.ipynb', 'input.ipynb', 'runner.log', 'record.json'];

/** What the run made, delivered first, each to be saved. */
export function Files(props: {
  model: RunModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, trans } = props;
  const { detail, run } = model;
  if (!detail || !run) {
    return <p className="jp-Batch-hint">{trans.__('Asking…')}</p>;
  }
  const link = (path: string, of: 'files' | 'run') => model.link(path, of);
  return (
    <>
      {run.output ? (
        <p>
          {trans.__('Delivered: ')}
          <code translate="no">{run.output}</code>
        </p>
      ) : null}
      {detail.files.length > 0 ? (
        <table className="jp-Batch-table">
          <thead>
            <tr>
              <th scope="col">{trans.__('File')}</th>
              <th scope="col">{trans.__('Size')}</th>
              <th scope="col">{trans.__('Where')}</th>
            </tr>
          </thead>
          <tbody>
            {detail.files.map(file => (
              <tr key={file.path} data-file={file.path}>
                <th scope="row">
                  <a href={link(file.path, 'files')} download="" translate="no">
                    {file.path}
                  </a>
                </th>
                <td translate="no">{bytes(file.size)}</td>
                <td>{whereIs(trans, file)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="jp-Batch-hint">
          {model.active
            ? trans.__(
                'New and changed files are listed when the run has ended.'
              )
            : trans.__('The run wrote no other files.')}
        </p>
      )}
      <h3>{trans.__('In the run folder')}</h3>
      <p>
        <code translate="no">{run.run_folder}</code>
      </p>
      <ul className="jp-Batch-papers">
        {(model.active ? ['input.ipynb', 'runner.log'] : PAPERS).map(name => (
          <li key={name}>
            <a href={link(name, 'run')} download="" translate="no">
              {name}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function whereIs(
  trans: TranslationBundle,
  file: RunDetail['files'][number]
): string {
  return file.delivered
    ? trans.__('delivered')
    : file.declared
      ? trans.__('expected, in the run folder')
      : trans.__('in the run folder');
}
