import { canonicalAvs } from '../avs.js';
import { code, defineFacts, flag } from './fact-group.js';

const matches = ['match', 'no_match', 'unverified', 'unsupported', 'error', 'none'];

export const avsFacts = defineFacts(
  {
    street: code('What the issuer says of the street.', matches),
    zip: code('What the issuer says of the postal code.', matches),
    nameMismatch: flag("The issuer says that the cardholder's name is wrong."),
    known: flag('The code is one that the dialect lists.'),
  },
  ({ transaction, settings }) =>
    canonicalAvs(settings.avs.dialect, transaction.creditCard.avsResponse),
);
