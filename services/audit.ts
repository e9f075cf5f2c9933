import { z } from 'zod';
import type { AuditPage } from '../contracts/v1/audit.js';
import { type AuditFilter, type AuditPlace, scanAudit } from '../db/audit-pages.js';
import type { Context } from './context.js';
import { printCursor, readCursor } from './cursor.js';

const Cursor = z.object({
  at: z.iso.datetime().transform((text) => new Date(text)),
  id: z.string().regex(/^\d{1,18}$/),
});

/** Decodes a cursor of an earlier page; undefined when it is invalid. */
export const readAuditCursor = (cursor: string): AuditPlace | undefined =>
  readCursor(Cursor, cursor);

/** One page of the audit trail, latest first. */
export const listAuditPage = async (
  { db }: Context,
  query: {
    readonly filter: AuditFilter;
    readonly after: AuditPlace | undefined;
    readonly limit: number;
  },
): Promise<AuditPage> => {
  const { rows, next } = await scanAudit(db, query.filter, query);
  return {
    entries: rows.map(({ id, at, actor, action, object, details }) => ({
      auditId: id,
      at: at.toISOString(),
      actor,
      action,
      object,
      details,
    })),
    nextCursor: next === undefined ? null : printCursor({ at: next.at.toISOString(), id: next.id }),
  };
};
