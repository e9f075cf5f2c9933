import type { LabelKind } from '../../contracts/v1/labels.js';
import { type HistoryRow, isFraud } from '../../domain/history.js';
import {
  domainLagDays,
  domainMailboxesMax,
  domainOrdersMax,
  type DomainPast,
  domainReachDays,
} from '../../domain/mail-domain.js';
import { dayMs } from './calendar.js';

/** A stored order of a domain, with what became of it. */
interface Stored {
  readonly row: HistoryRow;
  readonly labels: readonly { readonly kind: LabelKind; readonly atMs: number }[];
  readonly rejectedAtMs: number;
}

/** As `db/domain-past.ts`: from all orders of the order's domain, earliest first. */
export const domainPastOf = (own: HistoryRow, ofDomain: readonly Stored[]): DomainPast => {
  const atMs = own.receivedAtMs;
  const past = ofDomain
    .filter(
      ({ row: { receivedAtMs, position } }) =>
        position <= own.position &&
        receivedAtMs > atMs - domainReachDays * dayMs &&
        receivedAtMs <= atMs - domainLagDays * dayMs,
    )
    .slice(-domainOrdersMax)
    .map(({ row, labels, rejectedAtMs }) => ({
      ...row,
      label: labels.findLast((one) => one.atMs <= atMs)?.kind ?? null,
      wasRejected: rejectedAtMs <= atMs,
    }));
  const mailboxes = new Set(past.map(({ email }) => email)).size;
  if (mailboxes > domainMailboxesMax) {
    return { mailboxes, frauds: -1, sinceDays: -1, billedDays: -1 };
  }
  const good = past.filter((row) => !isFraud(row) && !row.wasRejected);
  const daysSince = (rows: readonly HistoryRow[]): number =>
    Math.max(-1, ...rows.map(({ receivedAtMs }) => Math.floor((atMs - receivedAtMs) / dayMs)));
  const { billingPostal } = own;
  return {
    mailboxes,
    frauds: past.filter(isFraud).length,
    sinceDays: daysSince(good),
    billedDays: daysSince(
      billingPostal === null ? [] : good.filter((row) => row.billingPostal === billingPostal),
    ),
  };
};
