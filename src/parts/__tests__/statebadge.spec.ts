import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { RunState } from '@jupyterlab-batch/protocol';

import { stateIcons } from '../../icons';

const STATES = Object.keys(stateIcons);
const styles = readFileSync(
  join(__dirname, '../../../style/panel.css'),
  'utf-8'
);

const colourOf = (state: string) =>
  new RegExp(`\\.jp-Batch-state\\.jp-mod-${state} \\{\\s*color: ([^;]+);`).exec(
    styles
  )?.[1];

describe('every state', () => {
  it('has an icon of its own', () => {
    expect(STATES.sort()).toEqual([...RunState.enum].sort());
    const drawn = Object.values(stateIcons).map(({ svgstr }) => svgstr);
    expect(new Set(drawn).size).toBe(STATES.length);
  });

  it('has a colour of its own', () => {
    const colours = STATES.map(colourOf);
    expect(colours).not.toContain(undefined);
    expect(new Set(colours).size).toBe(STATES.length);
  });
});
