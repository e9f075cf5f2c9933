import { z } from 'zod';
import { filledText } from '../hbc/primitives.js';
import { pageCursor, pageLimit, zonedMoment } from './queries.js';

/** Query of `GET /v1/audit`; `from` is inclusive, `to` exclusive. */
export const AuditQuery = z.object({
  /** The object of the action: a transaction's id, a rule set's or list's name. */
  object: filledText('auditName').optional(),
  /** A noun with its verb, as in `record.read`. */
  action: filledText('auditName').optional(),
  /** A role with its key's name, as in `analyst:ann`; or `system`. */
  actor: filledText('auditName').optional(),
  from: zonedMoment.optional(),
  to: zonedMoment.optional(),
  limit: pageLimit,
  cursor: pageCursor,
});

const AuditEntry = z
  .object({
    auditId: z.string(),
    at: z.iso.datetime(),
    actor: z.string(),
    action: z.string(),
    object: z.string(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry', description: 'An action: what was done, by whom and when.' });

/**
 * Answer of `GET /v1/audit`, the latest first. A page may have fewer entries than requested, or
 * none, and still a `nextCursor`: the search stopped there.
 */
export const AuditPage = z
  .object({ entries: z.array(AuditEntry), nextCursor: z.string().nullable() })
  .meta({ id: 'AuditPage' });
export type AuditPage = z.output<typeof AuditPage>;
