import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { atRest } from '../parts/rest';
import { IBatchApi, IRuns } from '../tokens';
import { RUN_CHANGED } from './event';
import { Runs } from './runs';

const plugin: JupyterFrontEndPlugin<IRuns> = {
  id: 'jupyterlab-batch:runs',
  description: 'The batch runs of this user, kept live.',
  autoStart: true,
  requires: [IBatchApi],
  provides: IRuns,
  activate: (app: JupyterFrontEnd, api: IBatchApi): IRuns => {
    const runs = new Runs(api);
    const { serviceManager } = app;
    // Both senders live as long as the application, and so does this model.
    serviceManager.events.stream.connect((_, emission) => {
      if (emission.schema_id !== RUN_CHANGED) {
        return;
      }
      // In the order of the events: there is one promise for all of them.
      import('./hints').then(
        ({ readHint }) => {
          const change = readHint(emission);
          if (change) {
            runs.hint(change);
          }
        },
        // A server that is away gives no code either: look at all, later.
        () => runs.refresh()
      );
    }, runs);
    serviceManager.connectionFailure.connect(() => {
      void runs.refresh();
    }, runs);
    void atRest(app).then(() => runs.start());
    return runs;
  }
};

export default plugin;
