import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { FilesMode } from '@jupyterlab-batch/protocol';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IBatchSettings, IBatchSettingsValues } from '../tokens';

const FILES: readonly FilesMode[] = ['snapshot', 'in-place', 'none'];
const SHOWN = ['all', 'active', 'here'] as const;

export const DEFAULTS: IBatchSettingsValues = {
  target: null,
  filesMode: null,
  deliverTo: null,
  toasts: true,
  progress: true,
  system: true,
  titleBadge: true,
  statusBar: true,
  panelShows: null,
  panelGrouped: false
};

/** What the user set in the settings editor; the defaults until it is read. */
export class BatchSettings implements IBatchSettings {
  get current(): IBatchSettingsValues {
    return this._current;
  }

  get changed(): ISignal<IBatchSettings, void> {
    return this._changed;
  }

  get ready(): Promise<void> {
    return this._ready.promise;
  }

  /** Follows the settings for as long as the registry lives. */
  follow(settings: ISettingRegistry.ISettings): void {
    settings.changed.connect(this._read, this);
    this._read(settings);
    this._ready.resolve();
  }

  /** They cannot be read: the defaults stay. */
  giveUp(): void {
    this._ready.resolve();
  }

  private _read({ composite }: ISettingRegistry.ISettings): void {
    const flag = (name: keyof typeof DEFAULTS) => composite[name] !== false;
    const text = (value: unknown) =>
      typeof value === 'string' && value.trim() !== '' ? value : null;
    const { target, filesMode, deliverTo, panelShows } = composite;
    this._current = {
      target: text(target),
      filesMode: FILES.find(each => each === filesMode) ?? null,
      deliverTo: text(deliverTo),
      toasts: flag('toasts'),
      progress: flag('progress'),
      system: flag('system'),
      titleBadge: flag('titleBadge'),
      statusBar: flag('statusBar'),
      panelShows: SHOWN.find(each => each === panelShows) ?? null,
      panelGrouped: composite.panelGrouped === true
    };
    this._changed.emit();
  }

  private readonly _changed = new Signal<IBatchSettings, void>(this);
  private readonly _ready = new PromiseDelegate<void>();
  private _current = DEFAULTS;
}
