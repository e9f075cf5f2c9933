import { banners } from '../../contracts/hbc/transaction.js';
import { type DueAlert, lockDueAlerts, setAlertEvidenceDue } from '../../db/alert-evidence.js';
import { hasDue } from '../../db/due.js';
import { findMembers, type MemberRow } from '../../db/loyalty-members.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { openMember } from '../alerts/members.js';
import type { Context } from '../context.js';
import { restateEvidence, type Statement } from './record.js';
import { type SubjectTokens, tokensOfValue } from './subjects.js';

/** What cannot be opened waits for the key that is missing. */
const unreadablePauseMs = 60 * 60_000;

export interface RecordedBatch {
  readonly done: number;
  /** Evidence that is new. */
  readonly evidence: number;
  /** What could not be opened; it is tried again in an hour. */
  readonly unreadable: number;
  readonly hasMore: boolean;
}

/** The member's account at the banner of its link, else at each; none without a link. */
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

const statementOf = (alert: DueAlert, subjects: readonly SubjectTokens[], now: Date): Statement => {
  const { event_id: eventId, rule_id: ruleId, metric, quantity } = alert;
  const reference = String(eventId);
  // What a clock that runs ahead says happens now; else it would be fresh until that day.
  const occurredAt = alert.created_at < now ? alert.created_at : now;
  return {
    told: {
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
 * Makes evidence of alerts that wait, the longest waiting first, at most `limit` of them: each is
 * told of the account that its member has now, and no longer of one that it had. All of it in one
 * database transaction, so that a crash leaves them as they were.
 */
export const recordAlerts = async (
  context: Context<'vault' | 'tokeniser' | 'now', Pool>,
  { limit }: { readonly limit: number },
): Promise<RecordedBatch> => {
  const { now } = context;
  if (!(await hasDue(context.db, 'alert_evidence', now))) return nothing;
  return inTransaction(context.db, async (db) => {
    const alerts = await lockDueAlerts(db, now, limit);
    if (alerts.length === 0) return nothing;
    const owners = new Set(alerts.map(({ owner }) => Number(owner)));
    const members = new Map(
      (await findMembers(db, [...owners])).map((row) => [String(row.enrollment_id), row]),
    );
    const statements: Statement[] = [];
    const [done, unreadable]: [number[], number[]] = [[], []];
    for (const alert of alerts) {
      const accounts = accountsOf(context, members.get(alert.owner ?? ''));
      (accounts === undefined ? unreadable : done).push(alert.event_id);
      if (accounts !== undefined) statements.push(statementOf(alert, accounts, now));
    }
    const evidence = await restateEvidence({ db, tokeniser: context.tokeniser, now }, statements);
    await setAlertEvidenceDue(db, done, null);
    await setAlertEvidenceDue(db, unreadable, new Date(now.getTime() + unreadablePauseMs));
    return {
      done: done.length,
      evidence,
      unreadable: unreadable.length,
      hasMore: alerts.length === limit,
    };
  });
};
