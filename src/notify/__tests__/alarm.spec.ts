import { Notification } from '@jupyterlab/apputils';

import { HeldRuns } from '../../__tests__/heldruns';
import { trans } from '../../__tests__/world';
import { CommandIDs } from '../../tokens';
import { CredentialAlarm } from '../alarm';

const quarantined = (count: number) => ({
  name: 'credentials',
  message: `${count} quarantined: lab accepts revocations, and the tokens still work`,
  fix: 'Ask the provider to end them.'
});

describe('the alarm of credentials that cannot be ended', () => {
  let runs: HeldRuns;
  let alarm: CredentialAlarm;
  let executed: string[];
  const shown = () =>
    Notification.manager.notifications.map(({ message }) => message);
  const warn = (...alarms: HeldRuns['alarms']) => {
    runs.alarms = alarms;
    runs.changed.emit();
  };

  beforeEach(() => {
    runs = new HeldRuns();
    executed = [];
    alarm = new CredentialAlarm({
      runs,
      trans,
      execute: command => executed.push(command)
    });
  });

  afterEach(() => {
    alarm.dispose();
    Notification.manager.dismiss();
  });

  it('stays until they are ended, and leads to the runs', () => {
    runs.changed.emit();
    expect(shown()).toEqual([]);
    warn(quarantined(1));
    runs.changed.emit();
    expect(shown()).toEqual([
      'A credential cannot be ended.\n1 quarantined: lab accepts revocations, and the tokens still work. Ask the provider to end them.'
    ]);
    const [{ type, options }] = Notification.manager.notifications;
    expect(type).toBe('error');
    expect(options.autoClose).toBe(false);
    options.actions?.[0].callback(new MouseEvent('click'));
    expect(executed).toEqual([CommandIDs.showRuns]);
    warn();
    expect(shown()).toEqual([]);
  });

  it('comes again to who has closed it only with more to tell', () => {
    warn(quarantined(1));
    Notification.manager.dismiss();
    runs.changed.emit();
    expect(shown()).toEqual([]);
    warn(quarantined(2));
    expect(shown()).toEqual([expect.stringContaining('2 quarantined')]);
  });

  it('is silent once it is disposed', () => {
    alarm.dispose();
    warn(quarantined(1));
    expect(shown()).toEqual([]);
  });
});
