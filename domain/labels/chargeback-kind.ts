import { isFraudByCode } from './reason-code.js';

/**
 * The label kind of a chargeback: by its reason code, else by what the caller states. Money
 * returned for any other reason than fraud makes nobody a fraudster.
 */
export const chargebackKind = (stated: {
  readonly reason?: string | undefined;
  readonly fraud?: boolean | undefined;
}): 'chargeback' | 'dispute' =>
  (isFraudByCode(stated.reason) ?? stated.fraud ?? false) ? 'chargeback' : 'dispute';
