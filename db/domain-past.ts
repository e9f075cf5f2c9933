import { z } from 'zod';
import {
  domainLagDays,
  domainMailboxesMax,
  domainOrdersMax,
  type DomainPast,
  domainReachDays,
} from '../domain/mail-domain.js';
import { isCounted } from './counted-orders.js';

/**
 * The rows that are walked, counted or not: an order of before an import of a mail service's orders
 * counts none of these.
 */
const rowsMax = 10 * domainOrdersMax;

const ageDays = 'floor(extract(epoch from own.received_at - one.received_at) / 86400)::int';

/** How an order had ended by the time of receipt of the row `own`. */
const wasFraud = `coalesce((
      select kind not in ('good', 'dispute') from labels
      where transaction_id = one.transaction_id and said_at <= own.received_at
        and (withdrawn_at is null or withdrawn_at > own.received_at)
      order by position desc limit 1
    ), false)`;

const wasRejected = `(exists (
      select from decisions where transaction_id = one.transaction_id and outcome = 'reject'
        and decided_at <= own.received_at
    ) or coalesce((
      select outcome = 'reject' from verdicts
      where transaction_id = one.transaction_id and decided_at <= own.received_at
      order by round desc limit 1
    ), false))`;

/**
 * The orders of the mailbox's domain before the row `own`; null where that row has no domain. One
 * index walk, and the ends of few orders: those of a domain with many mailboxes are not looked up.
 */
export const domainPast = `with past as materialized (
      select one.*, ${ageDays} as age_days
      from own cross join lateral unnest(own.email_domain_known) as known(value)
      cross join lateral (
        select h.transaction_id, h.received_at, h.email,
          coalesce(h.billing_postal = any(own.billing_postal_known), false) as is_here
        from (
          select * from order_history
          where email_domain = known.value
            and received_at > own.received_at - interval '${domainReachDays * 24} hours'
            and received_at <= own.received_at - interval '${domainLagDays * 24} hours'
          order by received_at desc limit ${rowsMax}
        ) h
        where ${isCounted('h')}
        order by h.received_at desc limit ${domainOrdersMax}
      ) one
      where own.email_domain is not null
      order by one.received_at desc limit ${domainOrdersMax}
    ), users as materialized (
      select count(distinct email) as mailboxes from past
    ), ended as (
      select one.age_days, one.is_here, ${wasFraud} as was_fraud, ${wasRejected} as was_rejected
      from users join past one on users.mailboxes <= ${domainMailboxesMax} cross join own
    )
    select case
      when own.email_domain is null then null
      when users.mailboxes > ${domainMailboxesMax} then array[users.mailboxes, -1, -1, -1]::int[]
      else (
        select array[
          users.mailboxes,
          count(*) filter (where was_fraud),
          coalesce(max(age_days) filter (where not was_fraud and not was_rejected), -1),
          coalesce(max(age_days) filter (where is_here and not was_fraud and not was_rejected), -1)
        ]::int[] from ended
      ) end
    from own cross join users`;

/** Reads a column of `domainPast`. */
export const DomainColumn = z
  .tuple([z.number(), z.number(), z.number(), z.number()])
  .transform(([mailboxes, frauds, sinceDays, billedDays]): DomainPast => {
    return { mailboxes, frauds, sinceDays, billedDays };
  })
  .nullable();
