import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { IBatchSettings, IRunEnds, IRunNotices, IRuns } from '../tokens';
import { CredentialAlarm } from './alarm';
import { Announcer } from './announcer';
import { Claims } from './claims';
import { Notifier } from './notifier';
import { SystemNotices } from './system';

const plugin: JupyterFrontEndPlugin<IRunNotices> = {
  id: 'jupyterlab-batch:notify',
  description: 'Tells how batch runs go on and end.',
  autoStart: true,
  requires: [IRuns, IRunEnds, IBatchSettings],
  optional: [IStateDB, ITranslator],
  provides: IRunNotices,
  activate: (
    app: JupyterFrontEnd,
    runs: IRuns,
    ends: IRunEnds,
    settings: IBatchSettings,
    state: IStateDB | null,
    translator: ITranslator | null
  ): IRunNotices => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    const hidden = () => document.visibilityState === 'hidden';
    Widget.attach(new Announcer(runs, trans), document.body);
    // Lives as long as the page.
    new CredentialAlarm({
      runs,
      trans,
      execute: command => void app.commands.execute(command)
    });
    return new Notifier({
      runs,
      ends,
      settings,
      trans,
      claims: new Claims({
        key: `jupyterlab-batch:told:${app.serviceManager.serverSettings.baseUrl}`,
        storage: window.localStorage,
        locks: 'locks' in navigator ? navigator.locks : null,
        hidden
      }),
      system: new SystemNotices({
        state,
        trans,
        hidden,
        browser: 'Notification' in window ? window.Notification : null
      }),
      execute: (command, args) => void app.commands.execute(command, args)
    });
  }
};

export default plugin;
