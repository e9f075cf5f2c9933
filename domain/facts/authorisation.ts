import { amountDifference, shareOf } from '../money.js';
import { ownValue } from '../own-value.js';
import { amountOf, code, defineFacts, flag, number } from './fact-group.js';

/** Orbital's CVV replies. The field is an optional extension of the transaction. */
const cvvReplies = ['M', 'N', 'P', 'S', 'U', 'I', 'Y'];

const cvvReplyOf = (reply: string | undefined): string => {
  const letter = reply?.trim().toUpperCase() ?? '';
  return letter === '' || cvvReplies.includes(letter) ? letter : 'other';
};

export const authorisationFacts = defineFacts(
  {
    responseCode: number("The processor's response code.", { whole: true }),
    approved: flag('The setting auth.approvedCodes lists the response code.'),
    codePoints: number('Points that the setting auth.codePoints gives the response code; else 0.'),
    authorizedAmount: amountOf('Amount authorised, in the currency of the order.'),
    fullAmount: amountOf('Amount to be paid with the card, in the currency of the order.'),
    totalDifference: amountOf('Difference between auth.fullAmount and the order total.'),
    totalDifferenceShare: amountOf('That distance as a share of the order total; 1 is all of it.'),
    cvvResponse: code("The processor's CVV response; blank if missing.", [
      '',
      ...cvvReplies,
      'other',
    ]),
  },
  ({ transaction, settings }) => {
    const { responseCode, authorizedAmount, fullAmount } = transaction.creditCard;
    const totalDifference = amountDifference(fullAmount, transaction.orderTotal);
    return {
      responseCode,
      approved: settings.auth.approvedCodes.includes(responseCode),
      codePoints: ownValue(settings.auth.codePoints, String(responseCode)) ?? 0,
      authorizedAmount,
      fullAmount,
      totalDifference,
      totalDifferenceShare: shareOf(totalDifference, transaction.orderTotal),
      cvvResponse: cvvReplyOf(transaction.additionalData?.cvvResponse),
    };
  },
);
