import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';

import { IBatchSettings, IRunEnds, IRuns } from '../tokens';
import { RunEnds } from './ends';
import { Seen } from './seen';
import { TitleBadge } from './titlebadge';

const plugin: JupyterFrontEndPlugin<IRunEnds> = {
  id: 'jupyterlab-batch:ends',
  description: 'Knows which batch runs ended since the user left.',
  autoStart: true,
  requires: [IRuns, IBatchSettings],
  optional: [IStateDB],
  provides: IRunEnds,
  activate: (
    app: JupyterFrontEnd,
    runs: IRuns,
    settings: IBatchSettings,
    state: IStateDB | null
  ): IRunEnds => {
    // All three live as long as the page.
    const seen = new Seen({
      key: `jupyterlab-batch:seen:${app.serviceManager.serverSettings.baseUrl}`,
      storage: window.localStorage,
      tabs: window
    });
    const ends = new RunEnds({ runs, state, seen });
    const badge = new TitleBadge();
    const show = () =>
      badge.show(
        settings.current.titleBadge ? ends.unseen.size : 0,
        ends.unseenMore
      );
    ends.unseenChanged.connect(show, badge);
    settings.changed.connect(show, badge);
    void app.restored.then(() => ends.start());
    return ends;
  }
};

export default plugin;
