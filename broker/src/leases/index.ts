export { audit, auditRun, type IAuditRow, type IStoryRow } from './auditor.ts';
export { newLease, type ILeaseDoc } from './doc.ts';
export {
  leaseEffects,
  type ILeaseWorld,
  type LeaseIntentKind
} from './effects/index.ts';
export type { LeaseEvent } from './events.ts';
export { leaseMachine } from './machine.ts';
export type { ILeaseProvider, ILeaseStore, ISealer } from './ports.ts';
export { LeaseService } from './service.ts';
export { leaseColumns, leaseSummary } from './view.ts';
