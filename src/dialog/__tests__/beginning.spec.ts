import { refuse, Wire } from '../../__tests__/world';
import { DEFAULTS } from '../../settings/settings';
import { Signal } from '@lumino/signaling';

import type { IBatchSettings } from '../../tokens';
import { beginning } from '../beginning';
import { NO_CHOICES } from '../choices';

const settings = (target: string | null): IBatchSettings => ({
  current: {
    ...DEFAULTS,
    target,
    filesMode: 'in-place',
    deliverTo: '~/results'
  },
  ready: Promise.resolve(),
  changed: new Signal<IBatchSettings, void>({} as IBatchSettings)
});

describe('a new dialog', () => {
  const wire = new Wire();

  it('begins with what the user set', async () => {
    wire.answer('targets', () => ({
      targets: ['local', 'cluster'].map(name => ({
        name,
        scheduler: 'local',
        default: name === 'local',
        identity: null,
        identity_line: null,
        scopes: [],
        time_limit: 7200,
        slots: 2,
        running: 0,
        waiting: 0,
        notice: null
      }))
    }));
    expect(await beginning(wire.api, settings('cluster'))).toEqual({
      ...NO_CHOICES,
      target: 'cluster',
      filesMode: 'in-place',
      deliverTo: '~/results'
    });
    // It was in the configuration once.
    const { target } = await beginning(wire.api, settings('moon'));
    expect(target).toBeNull();
  });

  it('asks nothing where nothing is set, and bears a lost server', async () => {
    wire.requests.length = 0;
    expect(await beginning(wire.api, null)).toEqual(NO_CHOICES);
    expect(wire.requests).toEqual([]);
    wire.answer('targets', () => refuse('broker_unreachable', 'Away.'));
    const { target } = await beginning(wire.api, settings('cluster'));
    expect(target).toBeNull();
  });
});
