import { canonicalAvs } from '../avs.js';
import { code, defineFacts, flag } from './fact-group.js';

const matches = ['match', 'no_match', 'unverified', 'unsupported', 'error', 'none'];

export const avsFacts = defineFacts(
  {
    street: code("The issuer's result for the street.", matches),
    zip: code("The issuer's result for the postal code.", matches),
    nameMismatch: flag("The issuer says that the cardholder's name is wrong."),
    known: flag('The configured dialect lists the AVS code.'),
  },
  ({ transaction, settings }) =>
    canonicalAvs(settings.avs.dialect, transaction.creditCard.avsResponse),
);
