import { isFraudByCode } from './reason-code.js';

/**
 * What a chargeback is kept as: its reason code decides, else what the caller says of it. Money
 * that comes back for another reason than fraud makes nobody a fraudster.
 */
export const chargebackKind = (stated: {
  readonly reason?: string | undefined;
  readonly fraud?: boolean | undefined;
}): 'chargeback' | 'dispute' =>
  (isFraudByCode(stated.reason) ?? stated.fraud ?? false) ? 'chargeback' : 'dispute';
