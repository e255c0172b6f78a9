import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';

import schema from '../../../schema/settings.json';
import { BatchSettings, DEFAULTS } from '../settings';

/** What a registry gives: the user's values over the schema's defaults. */
class Loaded {
  composite: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema.properties).map(([name, { default: value }]) => [
      name,
      value
    ])
  );
  readonly changed = new Signal<this, void>(this);

  set(values: Record<string, unknown>): void {
    this.composite = { ...this.composite, ...values };
    this.changed.emit();
  }
}

describe('the settings', () => {
  it('begin with the defaults of the schema, and follow the user', () => {
    const settings = new BatchSettings();
    const loaded = new Loaded();
    expect(settings.current).toEqual(DEFAULTS);
    settings.follow(loaded as unknown as ISettingRegistry.ISettings);
    expect(settings.current).toEqual(DEFAULTS);
    let told = 0;
    settings.changed.connect(() => (told += 1));
    loaded.set({
      target: 'cluster',
      filesMode: 'in-place',
      deliverTo: '~/results',
      panelShows: 'active',
      panelGrouped: true,
      system: false
    });
    expect(settings.current).toEqual({
      ...DEFAULTS,
      target: 'cluster',
      filesMode: 'in-place',
      deliverTo: '~/results',
      panelShows: 'active',
      panelGrouped: true,
      system: false
    });
    loaded.set({
      target: 7,
      panelShows: 'moon',
      panelGrouped: 'yes',
      filesMode: 'moon',
      deliverTo: ' ',
      system: true
    });
    expect(settings.current).toEqual(DEFAULTS);
    expect(told).toBe(2);
  });

  it('are ready once they are read, or cannot be', async () => {
    const read = new BatchSettings();
    read.follow(new Loaded() as unknown as ISettingRegistry.ISettings);
    await read.ready;
    const unread = new BatchSettings();
    unread.giveUp();
    await unread.ready;
    expect(unread.current).toEqual(DEFAULTS);
  });

  it('have a schema that names every one of them', () => {
    expect(Object.keys(schema.properties).sort()).toEqual(
      Object.keys(DEFAULTS).sort()
    );
  });
});
