import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemTitle, toProblem } from '../words/problems';

/** What went wrong, in the user's language; then what the server says of it. */
export function Trouble(props: {
  failure: unknown;
  trans: TranslationBundle;
}): React.JSX.Element {
  const problem = toProblem(props.failure);
  return (
    <>
      {problemTitle(props.trans, problem)}:{' '}
      <span lang="en">{problem.detail}</span>
    </>
  );
}
