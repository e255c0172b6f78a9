import {
  problem,
  ROUTES,
  type Declaration,
  type ErrorCode,
  type IRoute,
  type LeaseSummary,
  type Outline,
  type Parameter,
  type Prepared,
  type Problem,
  type RouteName,
  type Run,
  type RunDetail,
  type Transport
} from '@jupyterlab-batch/protocol';
import { nullTranslator } from '@jupyterlab/translation';
import { Value } from 'typebox/value';

import { BatchApi } from '../api/api';

export const trans = nullTranslator.load('jupyterlab_batch');

export interface IRequest {
  name: RouteName;
  id: string;
  query: URLSearchParams;
  body: unknown;
  headers: Record<string, string>;
}

type Answer = (request: IRequest) => unknown;

/** Thrown by an answer: the server refuses with this problem. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

export function refuse(
  code: ErrorCode,
  detail: string,
  errors: Problem['errors'] = []
): never {
  throw new Refusal(problem(code, detail, { errors }));
}

/**
 * HTTP alone is a double: it answers what a test says, refuses bodies that do
 * not fit the contract, and remembers every request. The rest is real.
 */
export class Wire {
  readonly requests: IRequest[] = [];
  down = false;
  readonly api = new BatchApi(
    request => this._transport(request),
    '/user/me/jupyterlab-batch'
  );

  answer(name: RouteName, answer: Answer): this {
    this._answers.set(name, answer);
    return this;
  }

  of(name: RouteName): IRequest[] {
    return this.requests.filter(request => request.name === name);
  }

  private readonly _transport: Transport = async request => {
    if (this.down) {
      throw new Error('connection refused');
    }
    const url = new URL(request.path, 'http://localhost');
    const [name, route, id] = findRoute(request.method, url.pathname);
    const body: unknown =
      request.body === null ? undefined : JSON.parse(request.body);
    if (route.body && !Value.Check(route.body, body)) {
      const [first] = Value.Errors(route.body, body);
      throw new Error(`${name}: ${first.instancePath} ${first.message}`);
    }
    const seen = {
      name,
      id,
      query: url.searchParams,
      body,
      headers: request.headers
    };
    this.requests.push(seen);
    try {
      const reply = await this._answers.get(name)?.(seen);
      return { status: route.status, body: JSON.stringify(reply) };
    } catch (reason) {
      if (reason instanceof Refusal) {
        const { problem: refusal } = reason;
        return { status: refusal.status, body: JSON.stringify(refusal) };
      }
      throw reason;
    }
  };

  private readonly _answers = new Map<RouteName, Answer>();
}

function findRoute(method: string, path: string): [RouteName, IRoute, string] {
  const names = Object.keys(ROUTES) as RouteName[];
  for (const name of names) {
    const route: IRoute = ROUTES[name];
    const pattern = new RegExp(`^${route.path.replace(':id', '([^/]+)')}$`);
    const match = pattern.exec(path);
    if (match && route.method === method) {
      return [name, route, match[1] ?? ''];
    }
  }
  throw new Error(`no route ${method} ${path}`);
}

export function declaration(more: Partial<Declaration>): Declaration {
  return {
    name: 'AMP',
    type: 'float',
    nullable: false,
    items: null,
    choices: null,
    default: null,
    expression: null,
    declared: true,
    evidence: 'tagged',
    description: null,
    min: null,
    max: null,
    step: null,
    cell: 1,
    line: 1,
    ...more
  };
}

export function parameter(more: Partial<Parameter>): Parameter {
  return {
    name: 'AMP',
    type: 'float',
    text: '3.0',
    declared: true,
    layer: 'notebook',
    origin: 'cell 2',
    shadowed: [],
    ...more
  };
}

const local: Prepared['target'] = {
  name: 'local',
  scheduler: 'local',
  default: true,
  identity: null,
  identity_line: null,
  runtime: null,
  scopes: [],
  time_limit: 7200,
  slots: 2,
  running: 0,
  waiting: 1,
  notice: null
};

export function prepared(more: Partial<Prepared> = {}): Prepared {
  return {
    name: 'wave.ipynb',
    path: '/home/me/waves/wave.ipynb',
    contents_path: 'waves/wave.ipynb',
    inspection: {
      language: 'python',
      kernel: 'python3',
      prefix: 'FUNWAVE',
      parameters: [
        declaration({ name: 'AMP', min: '0', max: '5' }),
        declaration({ name: 'WID' }),
        declaration({ name: 'steps', type: 'int', declared: false })
      ],
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
      code_cells: 3,
      pins: []
    },
    parameters: [
      parameter({
        name: 'AMP',
        text: '3.5',
        layer: 'environment',
        origin: 'FUNWAVE_AMP',
        shadowed: [{ text: '3.0', layer: 'notebook', origin: 'cell 2' }]
      }),
      parameter({ name: 'WID', text: '20.0' }),
      parameter({ name: 'steps', type: 'int', text: '200', declared: false })
    ],
    problems: [],
    places: [
      { layer: 'admin', where: null },
      { layer: 'override', where: 'dialog' },
      { layer: 'environment', where: 'FUNWAVE_*' },
      { layer: 'local_file', where: 'wave.params.*, jupyterlab-batch.*' },
      { layer: 'settings_file', where: '$FUNWAVE_SETTINGS' },
      { layer: 'home_file', where: '~/.funwave.*' },
      { layer: 'notebook', where: 'wave.ipynb' }
    ],
    links: {},
    kernel: 'python3',
    kernels: [
      { name: 'python3', display_name: 'Python 3', language: 'python' },
      { name: 'bash', display_name: 'Bash', language: 'bash' }
    ],
    target: local,
    targets: [local, { ...local, name: 'cluster', default: false }],
    preflight: {
      fields: [],
      resources: {},
      problems: [],
      time_limit: 7200,
      starts_at: null
    },
    runtime: { wanted: null, used: null, known: [] },
    plan: {
      id: 'plan-1',
      mode: 'snapshot',
      root: '/home/me/waves',
      cwd: '.',
      files: 14,
      bytes: 3_400_000,
      largest: [],
      linked: [],
      left_out: [],
      missing: [],
      excluded: [],
      included: [],
      addable: [],
      ask: null
    },
    deliver_to: '/home/me/waves',
    ...more
  };
}

export function run(n: number, more: Partial<Run> = {}): Run {
  return {
    id: `01940000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    label: null,
    state: 'running',
    reason: null,
    message: null,
    exit_code: null,
    signal: null,
    notebook: '/home/me/waves/wave.ipynb',
    contents_path: 'waves/wave.ipynb',
    output: null,
    target: 'local',
    native_id: null,
    attempt: 1,
    submitted_at: '2026-11-23T12:00:00Z',
    started_at: '2026-11-23T12:00:01Z',
    ended_at: null,
    closed_at: null,
    observed_at: null,
    time_limit: 7200,
    resources: {},
    runtime: null,
    position: null,
    waiting: null,
    progress: { cell: 3, cells: 12, title: null },
    cancelling: false,
    deleting: false,
    parameters: [parameter({})],
    lease: null,
    run_folder: '/work/runs/x',
    kernel: 'python3',
    files_mode: 'snapshot',
    deliver_to: '/home/me/waves',
    rerun_of: null,
    revision: n,
    ...more
  };
}

export function lease(more: Partial<LeaseSummary> = {}): LeaseSummary {
  return {
    id: 'lease-1',
    state: 'ACTIVE',
    provider: 'platform',
    client: 'per_lease',
    scopes: ['jobs:read'],
    registered_at: '2026-11-23T12:03:09Z',
    minted_at: '2026-11-23T12:03:11Z',
    used: 3,
    revoked_at: null,
    verified_at: null,
    client_deleted_at: null,
    end: null,
    ended_at: null,
    problem: null,
    ...more
  };
}

/** What the broker tells of one run. */
export function detail(of: Run): RunDetail {
  return {
    run: of,
    chosen: { kernel: 'python3', exclude: [], include: [], outputs: [] },
    failed_cell: null,
    ename: null,
    evalue: null,
    traceback: null,
    warnings: [],
    history: [],
    files: []
  };
}

/** The cells of a run, none of which has begun, but for what `cell` says of each. */
export function outline(
  total: number,
  cell: Partial<Outline['cells'][number]> = {},
  epoch = 'log'
): Outline {
  return {
    epoch,
    seq: 0,
    behind: false,
    total,
    next: null,
    cells: Array.from({ length: total }, (_, index) => ({
      index,
      kind: 'code',
      number: index + 1,
      title: null,
      execution_count: null,
      status: null,
      started_at: null,
      ended_at: null,
      outputs: 0,
      seq: 0,
      ...cell
    }))
  };
}
