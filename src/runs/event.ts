/** The event that says that a run changed; Jupyter has many others. */
export const RUN_CHANGED =
  'https://events.jupyter.org/jupyterlab_batch/run_changed/v1';
