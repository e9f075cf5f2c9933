import { placeOf } from '../../domain/stable-place.js';
import { transactionIdOfWorkflow } from '../../services/transactions/ids.js';

/** The largest share that a policy may choose. */
export const sampledShare = 0.01;

/** Whether a policy with that share has a reviewer see this order instead of a reject. */
export const isSampled = (transactionId: string): boolean =>
  placeOf('reviewed-rejects', transactionId) < sampledShare;

const firstOf = (idOf: (number: number) => string): string => {
  for (let number = 0; ; number += 1) {
    if (isSampled(idOf(number))) return String(number);
  }
};

/** A transaction id that is in the sample. */
export const sampledId = firstOf(String);

/** An order id of a banner, for one shipment group, whose transaction is in the sample. */
export const sampledOrderId = (banner: string, prefix: string): string =>
  `${prefix}-${firstOf((number) => transactionIdOfWorkflow(`${banner}:${prefix}-${number}:1`))}`;
