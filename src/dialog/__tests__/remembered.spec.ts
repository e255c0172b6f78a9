import { NotebookModel } from '@jupyterlab/notebook';

import { declaration, parameter, prepared } from '../../__tests__/world';
import { editsOf } from '../../launch/source';
import { NO_CHOICES } from '../choices';
import { undeclared } from '../globs';
import { remembered } from '../remembered';
import { rowsOf } from '../rows';

describe('what is remembered in the notebook', () => {
  const world = prepared();
  world.inspection.parameters.push(
    declaration({
      name: 'kind',
      type: 'enum',
      choices: [{ type: 'str', text: 'a' }],
      nullable: true
    })
  );
  world.parameters.push(parameter({ name: 'kind', type: 'enum', text: 'a' }));
  const choices = {
    ...NO_CHOICES,
    edits: { AMP: '4.25', steps: '777' },
    ticked: ['steps'],
    deliverTo: ' ../results ',
    outputs: [
      { glob: 'eta.npy', min_bytes: 1 },
      { glob: '', min_bytes: 1 }
    ]
  };
  const section = (before: unknown) =>
    remembered(before, world, choices, rowsOf(world, choices));

  it('is names, types, prefix, outputs and files mode, and never a value', () => {
    expect(section(undefined)).toEqual({
      prefix: 'FUNWAVE',
      parameters: [
        { name: 'AMP', type: 'float' },
        { name: 'WID', type: 'float' },
        { name: 'steps', type: 'int' },
        { name: 'kind', type: 'enum', nullable: true, choices: ['a'] }
      ],
      outputs: [{ glob: 'eta.npy', min_bytes: 1 }],
      files: 'snapshot',
      deliver_to: '../results'
    });
    expect(JSON.stringify(section(undefined))).not.toMatch(/4\.25|777|3\.5/);
  });

  it('is what was asked of this target, and what others were asked for stays', () => {
    const target = { ...world.target, name: 'cluster' };
    const kept = { old: { qos: 'long' }, cluster: { gpus: '1', nodes: '3' } };
    const inspection = { ...world.inspection, resources: kept };
    const resources = { cluster: { gpus: ' ', memory: ' 4G ' } };
    const told = (more: typeof resources | object) =>
      remembered(
        { resources: kept },
        { ...world, target, inspection },
        { ...choices, resources: { ...more } },
        []
      ).resources;
    expect(told(resources)).toEqual({
      old: { qos: 'long' },
      cluster: { memory: '4G', nodes: '3' }
    });
    expect(told({ cluster: { gpus: '', nodes: '' } })).toEqual({
      old: { qos: 'long' }
    });
    expect(told({})).toEqual(kept);
    expect(section(undefined).resources).toBeUndefined();
  });

  it('keeps what the author wrote there', () => {
    const before = {
      environment: ['DATASETS'],
      parameters: [{ name: 'AMP', type: 'float', default: '3.0', max: '5' }]
    };
    expect(section(before)).toMatchObject({
      environment: ['DATASETS'],
      parameters: [before.parameters[0], { name: 'WID' }, {}, {}]
    });
  });
});

describe('edits of the notebook on screen', () => {
  it('go through the shared model, and are undone', () => {
    const model = new NotebookModel();
    const edits = editsOf(model);
    expect(edits.section()).toBeUndefined();
    const undo = edits.remember({ prefix: 'A' });
    expect(model.sharedModel.getMetadata('jupyterlab_batch')).toEqual({
      prefix: 'A'
    });
    const undoAgain = edits.remember({ prefix: 'B' });
    undoAgain();
    expect(edits.section()).toEqual({ prefix: 'A' });
    undo();
    expect(edits.section()).toBeUndefined();
    model.dispose();
  });

  it('tag a cell once, beside the tags that it has', () => {
    const model = new NotebookModel();
    model.sharedModel.insertCell(0, {
      cell_type: 'code',
      source: 'AMP = 3.0',
      metadata: { tags: ['mine'] }
    });
    model.sharedModel.clearUndoHistory();
    const edits = editsOf(model);
    edits.tag(0, 'parameters');
    edits.tag(0, 'parameters');
    const tags = () => model.sharedModel.getCell(0).getMetadata('tags');
    expect(tags()).toEqual(['mine', 'parameters']);
    model.sharedModel.undo();
    expect(tags()).toEqual(['mine']);
    model.dispose();
  });
});

it('offers a written file only where no rule expects it', () => {
  const rules = ['eta_*.npy', './fig.png', 'out/**'].map(glob => ({
    glob,
    min_bytes: 1
  }));
  expect(
    undeclared(
      ['eta_1.npy', 'eta/a.npy', 'fig.png', 'figXpng', 'out/a/b.csv', 'a.csv'],
      rules
    )
  ).toEqual(['eta/a.npy', 'figXpng', 'a.csv']);
});
