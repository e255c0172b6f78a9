import type {
  AuditPage,
  AuditQuery,
  AuditVerdict
} from '@jupyterlab-batch/protocol';

import type { IStore } from '../store/types.ts';

const PAGE = 1000;

/** The audit rows as people and programs may read them. */
export interface IAuditDoor {
  page(query: AuditQuery): Promise<AuditPage>;
  verify(): Promise<AuditVerdict>;
}

export function auditDoor(
  store: Pick<IStore, 'audit' | 'verifyAudit'>
): IAuditDoor {
  return {
    async page({ after = 0, limit = PAGE, run }) {
      const rows = await store.audit(after, limit, run ?? null);
      const last = rows.at(-1);
      return {
        rows: rows.map(row => ({ ...row, at: new Date(row.at).toISOString() })),
        next: last && rows.length === limit ? last.seq : null
      };
    },
    async verify() {
      const { rows, problems } = await store.verifyAudit();
      return { ok: problems.length === 0, rows, problems };
    }
  };
}
