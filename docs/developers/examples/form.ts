import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { DisposableDelegate } from '@lumino/disposable';
import { IBatchExtensions } from 'jupyterlab-batch';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'my-lab:slider',
  autoStart: true,
  optional: [IBatchExtensions],
  activate: (_app, extensions: IBatchExtensions | null) => {
    extensions?.addForm({
      id: 'my-lab:slider',
      mount: (node, model) => {
        const find = () =>
          model.parameters.find(({ name }) => name === 'AMP') ?? null;
        const first = find();
        if (first === null) {
          return null; // another notebook: the usual rows
        }
        const slider = document.createElement('input');
        slider.type = 'range';
        slider.min = first.declaration.min ?? '0';
        slider.max = first.declaration.max ?? '10';
        slider.step = '0.5';
        slider.dataset.field = first.field;
        slider.setAttribute('aria-label', 'Amplitude');
        const show = () => {
          slider.value = find()?.text ?? '';
        };
        const edit = () => model.set('AMP', Number(slider.value).toFixed(1));
        slider.addEventListener('input', edit);
        model.changed.connect(show);
        show();
        node.append(slider);
        return new DisposableDelegate(() => model.changed.disconnect(show));
      }
    });
  }
};

export default plugin;
