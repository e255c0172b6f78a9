import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IBatchExtensions, IRuns } from 'jupyterlab-batch';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'my-lab:copy-parameters',
  autoStart: true,
  optional: [IBatchExtensions, IRuns],
  activate: (app, extensions: IBatchExtensions | null, runs: IRuns | null) => {
    const command = 'my-lab:copy-parameters';
    const runOf = ({ id }: { id?: unknown }) =>
      typeof id === 'string' ? runs?.get(id) : undefined;
    app.commands.addCommand(command, {
      label: 'Copy parameters',
      describedBy: {
        args: { type: 'object', properties: { id: { type: 'string' } } }
      },
      isEnabled: args => runOf(args) !== undefined,
      execute: async args => {
        const parameters = runOf(args)?.parameters ?? [];
        const lines = parameters.map(({ name, text }) => `${name}=${text}`);
        await navigator.clipboard.writeText(lines.join('\n'));
      }
    });
    extensions?.addAction({ command, rank: 40 });
  }
};

export default plugin;
