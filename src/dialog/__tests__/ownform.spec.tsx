import { act, render, screen } from '@testing-library/react';
import * as React from 'react';

import { prepared, trans, Wire } from '../../__tests__/world';
import type { IParameterForm, IParameterFormModel } from '../../tokens';
import type { IHost } from '../host';
import { ParametersOrForm } from '../ownform';
import { Session } from '../session';

const host = (forms: readonly IParameterForm[]): IHost => ({
  forms,
  editor: null,
  showCell: null,
  openFile: null,
  browse: null,
  importFile: null
});

describe('a parameter form of another extension', () => {
  let session: Session;
  let given: IParameterFormModel[];
  let gone: number;
  const world = prepared();

  beforeEach(async () => {
    given = [];
    gone = 0;
    session = new Session({
      api: new Wire().answer('prepare', () => world).api,
      source: {
        name: 'wave.ipynb',
        path: 'waves/wave.ipynb',
        content: () => null,
        showCell: null,
        edits: null
      },
      trans
    });
    await session.prepare();
  });

  afterEach(() => session.dispose());

  const show = (...forms: IParameterForm[]) => (
    <ParametersOrForm
      prepared={world}
      state={session.state}
      session={session}
      host={host(forms)}
      trans={trans}
    />
  );
  const form: IParameterForm = {
    id: 'theirs',
    mount: (node, model) => {
      given.push(model);
      node.textContent = 'their form';
      return { isDisposed: false, dispose: () => (gone += 1) };
    }
  };

  it('shows the values, edits them, and goes with the dialog', () => {
    const { unmount } = render(show(form));
    expect(screen.getByText('their form')).toBeTruthy();
    expect(screen.queryByText('Parameters')).toBeNull();
    const amp = () => given[0].parameters.find(({ name }) => name === 'AMP');
    expect(amp()).toMatchObject({
      text: '3.5',
      edited: false,
      origin: { layer: 'environment', text: 'FUNWAVE_AMP' },
      problem: null,
      field: 'parameter:AMP'
    });
    let told = 0;
    given[0].changed.connect(() => (told += 1));
    act(() => given[0].set('AMP', 'nonsense'));
    expect(amp()).toMatchObject({ text: 'nonsense', edited: true });
    expect(amp()?.problem).toMatch(/expects/);
    expect(session.state.attention[0].field).toBe('parameter:AMP');
    act(() => given[0].reset('AMP'));
    expect(amp()?.text).toBe('3.5');
    expect(told).toBeGreaterThan(1);
    unmount();
    expect(gone).toBe(1);
  });

  it('that does not take the notebook, or fails, leaves the rows', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    render(
      show(
        { id: 'other', mount: () => null },
        {
          id: 'broken',
          mount: node => {
            node.textContent = 'half a form';
            throw new Error('broken');
          }
        }
      )
    );
    expect(screen.getByText('Parameters')).toBeTruthy();
    expect(screen.queryByText('half a form')).toBeNull();
    expect(warn).toHaveBeenCalledWith(
      expect.stringContaining('broken'),
      expect.anything()
    );
    warn.mockRestore();
  });
});
