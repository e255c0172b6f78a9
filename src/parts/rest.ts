import type { JupyterFrontEnd } from '@jupyterlab/application';

/** Milliseconds after which a page that never rests is interrupted. */
const PATIENCE = 2000;

/** JupyterLab comes first, with what it still has to draw once it is restored. */
export async function atRest(app: JupyterFrontEnd): Promise<void> {
  await app.restored;
  await new Promise<void>(resolve => {
    // Safari has no such call.
    if ('requestIdleCallback' in window) {
      window.requestIdleCallback(() => resolve(), { timeout: PATIENCE });
    } else {
      setTimeout(resolve);
    }
  });
}
