import {
  BatchError,
  type Inspection,
  type Parameter
} from '@jupyterlab-batch/protocol';
import { describe, expect, test } from 'vitest';

import { checkParameters } from '../../src/runs/accept.ts';

const inspection: Inspection = {
  language: 'python',
  kernel: 'python3',
  prefix: 'FUNWAVE',
  parameters: ['AMP', 'WID'].map(name => ({
    name,
    type: 'float',
    nullable: false,
    items: null,
    choices: null,
    default: { type: 'float', text: '3.0' },
    expression: null,
    declared: true,
    evidence: 'metadata',
    description: null,
    min: null,
    max: null,
    step: null,
    cell: null,
    line: null
  })),
  lints: [],
  files: [],
  writes: [],
  reads_environment: [],
  environment: [],
  outputs: [],
  files_mode: null,
  deliver_to: null,
  resources: {},
  runtime: {},
  code_cells: 1,
  pins: []
};
const given = (name: string, text: string, layer: Parameter['layer']) => ({
  name,
  type: 'float' as const,
  text,
  declared: true,
  layer,
  origin: 'x',
  shadowed: []
});
const PIN = [{ name: 'WID', text: '20', origin: 'site.toml:2' }];

function codes(parameters: Parameter[]): string[] {
  try {
    checkParameters(parameters, inspection, PIN);
    return [];
  } catch (error) {
    if (error instanceof BatchError) {
      return error.problem.errors.map(each => `${each.parameter} ${each.code}`);
    }
    throw error;
  }
}

describe('a pin', () => {
  test('is kept by its canonical text', () => {
    expect(codes([given('WID', '20.0', 'admin')])).toEqual([]);
  });

  test.each([
    ['another layer', given('WID', '20.0', 'override')],
    ['another value under its name', given('WID', '7.0', 'admin')],
    ['nothing for it', given('AMP', '1.0', 'override')]
  ])('refuses %s', (_name, parameter) => {
    expect(codes([parameter])).toContain('WID pinned_parameter');
  });
});

test('names every parameter that does not fit', () => {
  expect(
    codes([
      given('WID', '20.0', 'admin'),
      given('AMP', 'high', 'override'),
      given('AMPP', '1.0', 'override')
    ])
  ).toEqual(['AMP invalid_value', 'AMPP unknown_parameter']);
});
