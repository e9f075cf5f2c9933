import { compareNames } from '../name-similarity.js';
import { salesRepOf } from '../sales-rep.js';
import { utcDayOf, utcDayOfDate } from '../utc-day.js';
import { code, defineFacts, flag, number } from './fact-group.js';

/**
 * Account age of a guest. The contract requires a creation date for guests too; shops send the
 * order's own day, which means nothing. No rule's limit is higher, so rules for new accounts do not
 * trip.
 */
const noAccountDays = 1_000_000_000;

export const customerFacts = defineFacts(
  {
    type: code('Kind of customer.', ['guest', 'registered', 'employee']),
    accountAgeDays: number(
      'UTC days since the account was created; negative if that is in the future. 1000000000 for ' +
        'a guest, who has no account, whatever the date says.',
      { whole: true, fixed: { while: 'customer.type', is: 'guest', at: noAccountDays } },
    ),
    accountIdBlank: flag('There is no account id.'),
    salesRepSimilarity: number(
      'Similarity of the names of the salesperson and the customer, 0 to 1; 0 for a web order.',
      { min: 0, max: 1 },
    ),
  },
  ({ transaction, transaction: { customer, salesRep = '' }, receivedAtMs }) => ({
    type: customer.customerType,
    accountAgeDays:
      customer.customerType === 'guest'
        ? noAccountDays
        : utcDayOf(receivedAtMs) - utcDayOfDate(customer.creationDate),
    accountIdBlank: customer.accountId.trim() === '',
    salesRepSimilarity:
      salesRepOf(transaction) === undefined
        ? 0
        : (compareNames(salesRep, `${customer.firstName} ${customer.lastName}`) ?? 0),
  }),
);
