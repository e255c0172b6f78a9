import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';

import { IBatchSettings } from '../tokens';
import { speak } from '../words/locale';
import { BatchSettings } from './settings';

const plugin: JupyterFrontEndPlugin<IBatchSettings> = {
  id: 'jupyterlab-batch:settings',
  description: 'What the user set for batch runs in the settings editor.',
  autoStart: true,
  optional: [ISettingRegistry, ITranslator],
  provides: IBatchSettings,
  activate: (
    _app: JupyterFrontEnd,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ): IBatchSettings => {
    speak(translator?.languageCode ?? 'default');
    const settings = new BatchSettings();
    registry?.load(plugin.id).then(
      loaded => settings.follow(loaded),
      (reason: unknown) => {
        console.warn('jupyterlab-batch runs with its default settings', reason);
        settings.giveUp();
      }
    );
    if (!registry) {
      settings.giveUp();
    }
    return settings;
  }
};

export default plugin;
