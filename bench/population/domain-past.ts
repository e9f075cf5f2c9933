import { type HistoryRow, isFraud } from '../../domain/history.js';
import {
  domainLagDays,
  domainMailboxesMax,
  domainOrdersMax,
  type DomainPast,
  domainReachDays,
} from '../../domain/mail-domain.js';
import { dayMs } from './calendar.js';

/** An earlier order of a domain, as known at the scored order's time. */
type Earlier = Pick<
  HistoryRow,
  'receivedAtMs' | 'position' | 'email' | 'billingPostal' | 'label' | 'wasRejected'
>;

/** As `db/domain-past.ts`: from all orders of the order's domain, earliest first. */
export const domainPastOf = (own: HistoryRow, ofDomain: readonly Earlier[]): DomainPast => {
  const past = ofDomain
    .filter(
      ({ receivedAtMs, position }) =>
        position <= own.position &&
        receivedAtMs > own.receivedAtMs - domainReachDays * dayMs &&
        receivedAtMs <= own.receivedAtMs - domainLagDays * dayMs,
    )
    .slice(-domainOrdersMax);
  const mailboxes = new Set(past.map(({ email }) => email)).size;
  if (mailboxes > domainMailboxesMax) {
    return { mailboxes, frauds: -1, sinceDays: -1, billedDays: -1 };
  }
  const good = past.filter((row) => !isFraud(row) && !row.wasRejected);
  const daysSince = (rows: readonly Earlier[]): number =>
    Math.max(
      -1,
      ...rows.map(({ receivedAtMs }) => Math.floor((own.receivedAtMs - receivedAtMs) / dayMs)),
    );
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
