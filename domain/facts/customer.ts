import { compareNames } from '../name-similarity.js';
import { utcDayOf, utcDayOfDate } from '../utc-day.js';
import { code, defineFacts, flag, number } from './fact-group.js';

export const customerFacts = defineFacts(
  {
    type: code('Kind of customer.', ['guest', 'registered', 'employee']),
    accountAgeDays: number('UTC days since the account was made; negative is in the future.'),
    accountIdBlank: flag('There is no account id.'),
    salesRepSimilarity: number('Likeness of the sales person and the customer, 0 to 1.', {
      min: 0,
      max: 1,
    }),
  },
  ({ transaction: { customer, salesRep = '' }, receivedAtMs }) => ({
    type: customer.customerType,
    accountAgeDays: utcDayOf(receivedAtMs) - utcDayOfDate(customer.creationDate),
    accountIdBlank: customer.accountId.trim() === '',
    salesRepSimilarity: compareNames(salesRep, `${customer.firstName} ${customer.lastName}`) ?? 0,
  }),
);
