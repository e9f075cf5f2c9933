import {
  domainMailboxesMax,
  domainOrdersMax,
  type DomainPast,
  domainReachDays,
  ownDomainOf,
} from '../mail-domain.js';
import { defineFactsWith, flag, number } from './fact-group.js';

/** Unknown is no good sign: no rule's limit is as high, and -1 is no age and no count. */
const unknown: DomainPast = {
  mailboxes: 1_000_000_000,
  frauds: -1,
  sinceDays: -1,
  billedDays: -1,
};

/** What is known of the firm behind the mailbox: of its domain, whoever in the firm orders. */
export const byDomainFacts = defineFactsWith(
  ['history'],
  {
    isOwn: flag(
      'The domain of the mailbox is of no public or disposable mail service that Verdict knows.',
    ),
    mailboxes: number(
      `Mailboxes of the domain's latest ${domainOrdersMax} orders of ${domainReachDays} days, up ` +
        "to a week ago; 1000000000 if it is not a firm's own, or its orders are unknown.",
      { min: 0, whole: true },
    ),
    frauds: number(
      `Those of these orders that are labelled as fraud; -1 if they are unknown, or of more than ` +
        `${domainMailboxesMax} mailboxes.`,
      { min: -1, whole: true },
    ),
    sinceDays: number(
      'Age of the first of these orders that was neither rejected nor labelled as fraud, in ' +
        `whole days, up to ${domainReachDays}; -1 if there is none, and as above.`,
      { min: -1, max: domainReachDays, whole: true },
    ),
    billedDays: number(
      "Age of the first such order that was billed to this order's postal code, in whole days, " +
        `up to ${domainReachDays}; -1 if there is none, and as above.`,
      { min: -1, max: domainReachDays, whole: true },
    ),
  },
  ({ transaction, history }) => ({
    isOwn: ownDomainOf(transaction.customer.emailAddress) !== undefined,
    ...(history.domain ?? unknown),
  }),
);
