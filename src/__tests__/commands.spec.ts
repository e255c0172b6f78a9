import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Contents } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';

import { addActionCommands } from '../actions/actions';
import { addBulkCommands } from '../actions/bulk';
import { addCompareCommand } from '../compare/commands';
import { Extensions } from '../extensions/extensions';
import { addLaunchCommands } from '../launch/launcher';
import type { Panel } from '../panel/panel';
import panel from '../panel/plugin';
import { Runs } from '../runs/runs';
import { addRunCommands } from '../runview/commands';
import { BatchSettings } from '../settings/settings';
import { CommandIDs, type IRunPlaces } from '../tokens';
import { trans, Wire } from './world';

interface ISchema {
  type: string;
  properties: Record<
    string,
    { type: string; description: string; items?: { type: string } }
  >;
  required?: string[];
}

const PAGE = readFileSync(
  resolve(__dirname, '../../docs/developers/commands.md'),
  'utf8'
);
const IDS = Object.values(CommandIDs);
let list: Panel;
const places: IRunPlaces = {
  addList: widget => {
    list = widget as Panel;
  },
  showList: () => undefined,
  showDocument: () => undefined,
  elsewhere: null
};

describe('the commands', () => {
  const commands = new CommandRegistry();
  const { api } = new Wire();
  const runs = new Runs(api);
  const extensions = new Extensions();
  const shared = { api, runs, commands, trans, places, extensions };
  const dialog = { open: () => Promise.resolve(null) };

  beforeAll(async () => {
    const rendermime = new RenderMimeRegistry();
    const tracker = new WidgetTracker<never>({ namespace: 'test' });
    addActionCommands(shared);
    addBulkCommands(shared);
    addRunCommands({ ...shared, rendermime, tracker, dialog });
    addCompareCommand({ ...shared, rendermime, tracker });
    addLaunchCommands({
      ...shared,
      dialog,
      tracker: null,
      contents: {} as Contents.IManager,
      notices: null,
      docManager: null,
      browser: () => null
    });
    const app = { commands, restored: Promise.resolve() };
    const settings = new BatchSettings();
    settings.giveUp();
    await panel.activate(
      app as unknown as JupyterFrontEnd,
      ...[api, runs, extensions, places, settings],
      ...[null, null, null, null, null, null]
    );
  });

  afterAll(() => runs.dispose());

  it('are all of them those that are named', () => {
    expect(commands.listCommands().sort()).toEqual([...IDS].sort());
  });

  it.each(IDS)('%s says what it takes, here and on its page', async id => {
    const { args } = await commands.describedBy(id);
    const schema = args as unknown as ISchema;
    expect(schema.type).toBe('object');
    const names = Object.keys(schema.properties);
    expect(names.length).toBeGreaterThan(0);
    const line = PAGE.split('\n').find(each =>
      each.startsWith(`| \`${id.replace('jupyterlab-batch:', '')}\` `)
    );
    for (const name of names) {
      const { type, description, items } = schema.properties[name];
      expect(description).toMatch(/\w+/);
      expect(type === 'array' ? items?.type : type).toMatch(/string|boolean/);
      expect(line).toContain(`\`${name}\``);
    }
    expect(names).toEqual(expect.arrayContaining(schema.required ?? []));
    expect(commands.label(id)).not.toBe('');
  });

  it('show one run, and without one the list', async () => {
    await commands.execute(CommandIDs.showRuns, { id: 'one' });
    expect(list.shown).toBe('one');
    await commands.execute(CommandIDs.showRuns, {});
    expect(list.shown).toBeNull();
  });
});
