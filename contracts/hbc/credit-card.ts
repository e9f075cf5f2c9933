import { z } from 'zod';
import { primitive } from '../faults.js';
import { refuse } from '../refusal.js';
import { refuseLonger, textLimits } from '../text-limits.js';
import { across } from '../cross-check.js';
import { integer, money, text } from './primitives.js';

export const Address = z
  .object({
    name: text('personName'),
    streetLineOne: text('addressLine'),
    streetLineTwo: text('addressLine').optional(),
    city: text('place'),
    state: text('place'),
    zip: text('zip'),
    country: text('place'),
  })
  .meta({ id: 'Address', description: 'General address model.' });
export type Address = z.output<typeof Address>;

const cardNumber = primitive({ type: 'string', description: 'The card number (PAN).' }, (value) => {
  if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
  const digits = value.replaceAll(/[ -]/g, '');
  return /^\d{12,19}$/.test(digits) ? digits : refuse('invalid_value', 'must have 12 to 19 digits');
});

/** The CVV. Its form is checked and the value dropped: PCI DSS 3.3.1 forbids storing it. */
const authCode = primitive({ type: 'string', maxLength: textLimits.authCode.max }, (value) => {
  if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
  return refuseLonger(value, 'authCode') ?? '';
});

const expiryDate = primitive(
  { type: 'string', pattern: '^(0[1-9]|1[0-2])-\\d{2}$', description: 'MM-YY' },
  (value) => {
    if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
    return /^(0[1-9]|1[0-2])-\d{2}$/.test(value)
      ? value
      : refuse('invalid_date', 'must be an expiry month as MM-YY');
  },
);

export const CreditCard = z
  .object({
    nameOnCard: text('personName'),
    billingAddress: Address,
    cardType: text('code'),
    cardNumber,
    authorizedAmount: money,
    fullAmount: money,
    expiryDate,
    authCode,
    responseCode: integer(),
    merchantId: integer().optional(),
    registerNumber: text('id').optional(),
    transactionNumber: text('id'),
    avsResponse: text('code'),
  })
  .check(
    across(['authorizedAmount', 'fullAmount'], ({ authorizedAmount, fullAmount }, refuseAt) => {
      if (authorizedAmount > fullAmount) {
        refuseAt(['authorizedAmount'], 'must not be more than fullAmount');
      }
    }),
  )
  .meta({ id: 'CreditCard', description: 'The card, its authorisation and its billing address.' })
  .transform(({ authCode: _dropped, ...card }) => card);

/** The parsed card: the CVV is dropped, the PAN is digits only and must not leave the edge. */
export type CreditCard = z.output<typeof CreditCard>;
