import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IBatchExtensions } from 'jupyterlab-batch';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'my-lab:amplitude',
  autoStart: true,
  optional: [IBatchExtensions],
  activate: (_app, extensions: IBatchExtensions | null) => {
    extensions?.addColumn({
      id: 'my-lab:amplitude',
      label: 'Amplitude',
      rank: 10,
      text: run =>
        run.parameters.find(({ name }) => name === 'AMP')?.text ?? null
    });
  }
};

export default plugin;
