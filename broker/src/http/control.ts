import {
  ROUTES,
  type AuditPage,
  type AuditQuery,
  type AuditVerdict,
  type CellsQuery,
  type ChangePage,
  type DismissReply,
  type DismissRequest,
  type Examination,
  type FileList,
  type FilesPlan,
  type Health,
  type Inspection,
  type InspectRequest,
  type LeaseList,
  type LogChunk,
  type NewRun,
  type NotebookPage,
  type OutlineQuery,
  type PlanFolder,
  type PlanRequest,
  type Preflight,
  type PreflightRequest,
  type PruneRequest,
  type RerunRequest,
  type RevokeReply,
  type RevokeRequest,
  type RotateReply,
  type Run,
  type RunDetail,
  type RunPage,
  type RunQuery,
  type RunRefs,
  type RuntimeOffer,
  type RuntimeRequest,
  type ShutdownReply,
  type TargetList
} from '@jupyterlab-batch/protocol';
import type { FastifyInstance } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';

import { OPERATIONS } from './operations.ts';
import type { LogDefect } from './problems.ts';
import { createServer, serve, Written } from './route.ts';
import { streamChanges, type ChangeFeed } from './stream.ts';

/** What server extension and terminal may ask of the broker. */
export interface IControlDoor {
  health(): Promise<Health>;
  shutdown(onlyIfIdle: boolean): Promise<ShutdownReply>;
  inspect(request: InspectRequest): Promise<Inspection>;
  plan(request: PlanRequest): Promise<FilesPlan>;
  planFolder(id: string, folder: string): Promise<PlanFolder>;
  preflight(request: PreflightRequest): Promise<Preflight>;
  runtime(request: RuntimeRequest): Promise<RuntimeOffer>;
  submit(run: NewRun, key: string | null): Promise<Run>;
  list(query: RunQuery): Promise<RunPage>;
  notebooks(query: RunQuery): Promise<NotebookPage>;
  show(id: string): Promise<RunDetail>;
  log(id: string, offset: number): Promise<LogChunk>;
  /** JSON, in bytes; so are the next three */
  outline(id: string, query: OutlineQuery): Promise<Buffer>;
  cells(id: string, query: CellsQuery): Promise<Buffer>;
  record(id: string): Promise<Buffer>;
  source(id: string): Promise<Buffer>;
  files(id: string): Promise<FileList>;
  cancel(id: string): Promise<RunRefs>;
  rerun(id: string, request: RerunRequest, key: string | null): Promise<Run>;
  remove(id: string): Promise<RunRefs>;
  prune(request: PruneRequest): Promise<RunRefs>;
  changes(after: number): Promise<ChangePage>;
  targets(): Promise<TargetList>;
  leases(): Promise<LeaseList>;
  revokeLeases(request: RevokeRequest): Promise<RevokeReply>;
  dismissOrphans(request: DismissRequest): Promise<DismissReply>;
  audit(query: AuditQuery): Promise<AuditPage>;
  verifyAudit(): Promise<AuditVerdict>;
  rotateKey(): Promise<RotateReply>;
  examine(provider: string): Promise<Examination>;
}

/**
 * The control socket.
 *
 * @param called - told of every call, so that an unused broker can leave
 */
export function createControlServer(
  door: IControlDoor,
  feed: ChangeFeed,
  called: () => void,
  log: LogDefect
): FastifyInstance {
  const app = createServer(log);
  // Looking whether it is there, or listening to it, is no use of a broker.
  const idle: readonly string[] = [
    ...OPERATIONS,
    ROUTES.health.path,
    ROUTES.events.path
  ];
  app.addHook('onRequest', async request => {
    if (!idle.includes(request.routeOptions.url ?? '')) {
      called();
    }
  });
  serve(app, 'health', () => door.health());
  serve(app, 'shutdown', call => door.shutdown(call.body.only_if_idle));
  serve(app, 'inspect', call => door.inspect(call.body));
  serve(app, 'plan', call => door.plan(call.body));
  serve(app, 'planFolder', call => door.planFolder(call.id, call.query.folder));
  serve(app, 'preflight', call => door.preflight(call.body));
  serve(app, 'runtime', call => door.runtime(call.body));
  serve(app, 'submit', call => door.submit(call.body, keyOf(call.headers)));
  serve(app, 'list', call => door.list(call.query));
  serve(app, 'notebooks', call => door.notebooks(call.query));
  serve(app, 'show', call => door.show(call.id));
  serve(app, 'log', call => door.log(call.id, call.query.offset ?? 0));
  serve(
    app,
    'outline',
    async call => new Written(await door.outline(call.id, call.query))
  );
  serve(
    app,
    'cells',
    async call => new Written(await door.cells(call.id, call.query))
  );
  serve(app, 'record', async call => new Written(await door.record(call.id)));
  serve(app, 'source', async call => new Written(await door.source(call.id)));
  serve(app, 'files', call => door.files(call.id));
  serve(app, 'cancel', call => door.cancel(call.id));
  serve(app, 'rerun', call =>
    door.rerun(call.id, call.body, keyOf(call.headers))
  );
  serve(app, 'remove', call => door.remove(call.id));
  serve(app, 'prune', call => door.prune(call.body));
  serve(app, 'changes', call => door.changes(call.query.after ?? 0));
  serve(app, 'targets', () => door.targets());
  serve(app, 'leases', () => door.leases());
  serve(app, 'revokeLeases', call => door.revokeLeases(call.body));
  serve(app, 'dismissOrphans', call => door.dismissOrphans(call.body));
  serve(app, 'audit', call => door.audit(call.query));
  serve(app, 'verifyAudit', () => door.verifyAudit());
  serve(app, 'rotateKey', () => door.rotateKey());
  serve(app, 'examine', call => door.examine(call.id));
  streamChanges(app, feed);
  return app;
}

/** @returns the Idempotency-Key, if there is one */
function keyOf(headers: IncomingHttpHeaders): string | null {
  const header = headers['idempotency-key'];
  return (Array.isArray(header) ? header[0] : header) ?? null;
}
