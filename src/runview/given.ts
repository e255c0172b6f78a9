import type { BaseType, Parameter, Run } from '@jupyterlab-batch/protocol';

/** What was given to a run, less what follows from the notebook or the site. */
export function given({ parameters }: Run): readonly Parameter[] {
  return parameters.filter(
    ({ declared, layer }) =>
      declared && layer !== 'notebook' && layer !== 'admin'
  );
}

/** The type that has to be said, since the notebook has None there; null: none. */
export function typeSaid({ type, shadowed }: Parameter): BaseType | null {
  return shadowed.some(
    ({ layer, text }) => layer === 'notebook' && text === 'null'
  )
    ? type
    : null;
}
