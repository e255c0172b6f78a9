import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { FilesMode } from '@jupyterlab-batch/protocol';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IBatchSettings, IBatchSettingsValues } from '../tokens';

const FILES: readonly string[] = ['snapshot', 'in-place', 'none'];

export const DEFAULTS: IBatchSettingsValues = {
  target: null,
  filesMode: null,
  deliverTo: null,
  toasts: true,
  progress: true,
  system: true,
  titleBadge: true,
  statusBar: true
};

/** What the user set in the settings editor; the defaults until it is read. */
export class BatchSettings implements IBatchSettings {
  get current(): IBatchSettingsValues {
    return this._current;
  }

  get changed(): ISignal<IBatchSettings, void> {
    return this._changed;
  }

  /** Follows the settings for as long as the registry lives. */
  follow(settings: ISettingRegistry.ISettings): void {
    settings.changed.connect(this._read, this);
    this._read(settings);
  }

  private _read({ composite }: ISettingRegistry.ISettings): void {
    const flag = (name: keyof typeof DEFAULTS) => composite[name] !== false;
    const text = (value: unknown) =>
      typeof value === 'string' && value.trim() !== '' ? value : null;
    const { target, filesMode, deliverTo } = composite;
    this._current = {
      target: text(target),
      filesMode:
        typeof filesMode === 'string' && FILES.includes(filesMode)
          ? (filesMode as FilesMode)
          : null,
      deliverTo: text(deliverTo),
      toasts: flag('toasts'),
      progress: flag('progress'),
      system: flag('system'),
      titleBadge: flag('titleBadge'),
      statusBar: flag('statusBar')
    };
    this._changed.emit();
  }

  private readonly _changed = new Signal<IBatchSettings, void>(this);
  private _current = DEFAULTS;
}
