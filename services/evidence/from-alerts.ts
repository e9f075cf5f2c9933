import { banners } from '../../contracts/hbc/transaction.js';
import { type AlertForEvidence, listAlertsForEvidence } from '../../db/alert-evidence.js';
import { findMembers, type MemberRow } from '../../db/loyalty-members.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { openMember } from '../alerts/members.js';
import type { Context } from '../context.js';
import { type WorkedBatch, workOnDue } from '../due-work.js';
import { restateEvidence, type Statement } from './record.js';
import { type SubjectTokens, tokensOfValue } from './subjects.js';

export interface RecordedBatch extends WorkedBatch {
  /** New evidence. */
  readonly evidence: number;
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

/**
 * Turns waiting alerts into evidence, the longest-waiting first, at most `limit`. Each concerns its
 * member's present account, and no longer an earlier one. Runs in one database transaction, so that
 * a crash changes nothing.
 */
export const recordAlerts = async (
  context: Context<'vault' | 'tokeniser' | 'now', Pool>,
  { limit }: { readonly limit: number },
): Promise<RecordedBatch> =>
  inTransaction(context.db, async (db) => {
    const { tokeniser, now } = context;
    const due = { consumer: 'alert_evidence', limit } as const;
    const { result: evidence = 0, ...batch } = await workOnDue({ db, now }, due, async (rows) => {
      const alerts = await listAlertsForEvidence(
        db,
        rows.map(({ key }) => key),
      );
      const owners = new Set(alerts.map(({ owner }) => Number(owner)));
      const members = new Map(
        (await findMembers(db, [...owners])).map((row) => [String(row.enrollment_id), row]),
      );
      const statements: Statement[] = [];
      const unreadable: string[] = [];
      for (const alert of alerts) {
        const accounts = accountsOf(context, members.get(alert.owner ?? ''));
        if (accounts === undefined) unreadable.push(String(alert.event_id));
        else statements.push(statementOf(alert, accounts, now));
      }
      return { unreadable, result: await restateEvidence({ db, tokeniser, now }, statements) };
    });
    return { ...batch, evidence };
  });
