import { banners } from '../../contracts/hbc/transaction.js';
import { type AlertForEvidence, listAlertsForEvidence } from '../../db/alert-evidence.js';
import { finishDue, postponeUnreadable, takeDue } from '../../db/due.js';
import { findMembers, type MemberRow } from '../../db/loyalty-members.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { openMember } from '../alerts/members.js';
import type { Context } from '../context.js';
import { restateEvidence, type Statement } from './record.js';
import { type SubjectTokens, tokensOfValue } from './subjects.js';

export interface RecordedBatch {
  readonly done: number;
  /** New evidence. */
  readonly evidence: number;
  /** Items that could not be decrypted; retried in an hour. */
  readonly unreadable: number;
  readonly hasMore: boolean;
}

/**
 * The member's account at the banner of its link, else at every banner; none without a link.
 * Undefined when the account cannot be decrypted.
 */
const accountsOf = (
  { vault, tokeniser }: Context<'vault' | 'tokeniser'>,
  member: MemberRow | undefined,
): SubjectTokens[] | undefined => {
  if (member === undefined) return [];
  const account = openMember(vault, member);
  if (account === undefined) return undefined;
  const linked = member.banner === null ? banners : [member.banner];
  return linked.map((banner) =>
    tokensOfValue(tokeniser, 'account', `${banner}\u0000${account.trim()}`),
  );
};

const statementOf = (
  alert: AlertForEvidence,
  subjects: readonly SubjectTokens[],
  now: Date,
): Statement => {
  const { event_id: eventId, rule_id: ruleId, metric, quantity } = alert;
  const reference = String(eventId);
  // An instant in the future, from a fast clock, counts as now; otherwise the evidence would stay
  // fresh until then.
  const occurredAt = alert.created_at < now ? alert.created_at : now;
  return {
    content: {
      kind: 'sparkfly_alert',
      source: alert.source,
      reference,
      occurredAt,
      details: { eventId, ruleId, metric, quantity },
    },
    roots: [reference],
    subjects,
  };
};

const nothing: RecordedBatch = { done: 0, evidence: 0, unreadable: 0, hasMore: false };

/**
 * Turns waiting alerts into evidence, the longest-waiting first, at most `limit`. Each concerns its
 * member's present account, and no longer an earlier one. Runs in one database transaction, so that
 * a crash changes nothing.
 */
export const recordAlerts = async (
  context: Context<'vault' | 'tokeniser' | 'now', Pool>,
  { limit }: { readonly limit: number },
): Promise<RecordedBatch> => {
  const { now } = context;
  return inTransaction(context.db, async (db) => {
    const taken = await takeDue(db, 'alert_evidence', { now, limit });
    if (taken.rows.length === 0) return nothing;
    const keys = taken.rows.map(({ key }) => key);
    const alerts = await listAlertsForEvidence(db, keys);
    const owners = new Set(alerts.map(({ owner }) => Number(owner)));
    const members = new Map(
      (await findMembers(db, [...owners])).map((row) => [String(row.enrollment_id), row]),
    );
    const statements: Statement[] = [];
    const unreadable = new Set<string>();
    for (const alert of alerts) {
      const accounts = accountsOf(context, members.get(alert.owner ?? ''));
      if (accounts === undefined) unreadable.add(String(alert.event_id));
      else statements.push(statementOf(alert, accounts, now));
    }
    const evidence = await restateEvidence({ db, tokeniser: context.tokeniser, now }, statements);
    const done = keys.filter((key) => !unreadable.has(key));
    await finishDue(db, taken, done);
    await postponeUnreadable(db, taken, [...unreadable], now);
    return {
      done: done.length,
      evidence,
      unreadable: unreadable.size,
      hasMore: keys.length === limit,
    };
  });
};
