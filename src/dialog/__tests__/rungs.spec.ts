import { parameter, prepared } from '../../__tests__/world';
import { NO_CHOICES } from '../choices';
import { rowsOf } from '../rows';
import { rungsOf } from '../rungs';

describe('the ladder', () => {
  const rungs = (
    more: Parameters<typeof parameter>[0],
    edits: Record<string, string> = {}
  ) => {
    const world = prepared({ parameters: [parameter(more)] });
    const [row] = rowsOf(world, { ...NO_CHOICES, edits });
    return rungsOf(row, world.places).map(
      ({ layer, origin, text, wins }) =>
        `${wins ? '>' : ' '} ${layer} ${origin} ${text ?? '-'}`
    );
  };

  it('shows every layer, what it gives, and which one won', () => {
    expect(
      rungs({
        text: '3.5',
        layer: 'local_file',
        origin: 'wave.params.toml:2',
        shadowed: [
          { text: '3.2', layer: 'local_file', origin: '../funwave.toml:1' },
          { text: '3.0', layer: 'notebook', origin: 'cell 2' }
        ]
      })
    ).toEqual([
      '  environment FUNWAVE_AMP -',
      '> local_file wave.params.toml:2 3.5',
      '  local_file ../funwave.toml:1 3.2',
      '  settings_file $FUNWAVE_SETTINGS -',
      '  home_file ~/.funwave.* -',
      '  notebook cell 2 3.0'
    ]);
  });

  it('has the edit at the top, and the site above it', () => {
    expect(rungs({}, { AMP: '4' })[0]).toBe('> override  4');
    expect(
      rungs({ layer: 'admin', origin: '/etc/jupyter/x.toml:3', text: '1.0' })[0]
    ).toBe('> admin /etc/jupyter/x.toml:3 1.0');
  });
});
