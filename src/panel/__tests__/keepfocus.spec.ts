import type { IDisposable } from '@lumino/disposable';

import { keepFocus } from '../keepfocus';

describe('the focus of a panel', () => {
  let panel: HTMLElement;
  let kept: IDisposable;

  beforeEach(() => {
    document.body.innerHTML =
      '<div tabindex="-1"><button>a</button></div><button id="other">b</button>';
    panel = document.querySelector('div')!;
    kept = keepFocus(panel, () => panel);
  });

  afterEach(() => kept.dispose());

  const button = () => panel.querySelector('button')!;
  const observed = () => new Promise(resolve => setTimeout(resolve));

  it('goes on when what has it goes away', async () => {
    button().focus();
    button().remove();
    await observed();
    expect(document.activeElement).toBe(panel);
  });

  it('is not taken from who went elsewhere before', async () => {
    button().focus();
    document.getElementById('other')!.focus();
    button().remove();
    await observed();
    expect(document.activeElement).toBe(document.getElementById('other'));
  });

  it('is not taken from the page, when it was given up', async () => {
    button().focus();
    button().blur();
    await observed();
    button().remove();
    await observed();
    expect(document.activeElement).toBe(document.body);
  });

  it('is left alone afterwards', async () => {
    kept.dispose();
    button().focus();
    button().remove();
    await observed();
    expect(document.activeElement).toBe(document.body);
  });
});
