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
      system: false
    });
    expect(settings.current).toEqual({
      ...DEFAULTS,
      target: 'cluster',
      filesMode: 'in-place',
      deliverTo: '~/results',
      system: false
    });
    loaded.set({
      target: 7,
      filesMode: 'moon',
      deliverTo: ' ',
      system: true
    });
    expect(settings.current).toEqual(DEFAULTS);
    expect(told).toBe(2);
  });

  it('have a schema that names every one of them', () => {
    expect(Object.keys(schema.properties).sort()).toEqual(
      Object.keys(DEFAULTS).sort()
    );
  });
});
