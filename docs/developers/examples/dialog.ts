import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { InputDialog } from '@jupyterlab/apputils';
import { IBatchApi, IRunDialog, type INotebookSource } from 'jupyterlab-batch';

const plugin: JupyterFrontEndPlugin<IRunDialog> = {
  id: 'my-lab:one-question',
  autoStart: true,
  requires: [IBatchApi],
  provides: IRunDialog,
  activate: (_app, api: IBatchApi): IRunDialog => ({
    open: async (source: INotebookSource) => {
      const asked = {
        path: source.path,
        content: source.content(),
        kernel: null,
        target: null,
        types: {},
        ticked: [],
        files_mode: null,
        exclude: [],
        include: [],
        outputs: null,
        deliver_to: null
      };
      const { value } = await InputDialog.getText({ title: 'AMP' });
      if (value === null) {
        return null;
      }
      const request = { ...asked, overrides: { AMP: value } };
      const prepared = await api.call('prepare', { body: request });
      return api.call('launch', {
        headers: { 'Idempotency-Key': crypto.randomUUID() },
        body: {
          ...request,
          label: null,
          time_limit: null,
          shown: prepared.parameters.map(({ name, text }) => ({ name, text })),
          plan_id: prepared.plan.id,
          confirmed: prepared.plan.ask === null
        }
      });
    }
  })
};

export default plugin;
