import type { Decision } from '../contracts/hbc/decision.js';
import { type OpenLoop, openLoop } from './load.js';
import type { Caller, Reply } from './overload/caller.js';
import { type Percentiles, percentilesOf } from './percentiles.js';

/** One order of a load, measured from its scheduled time. */
export interface Offered {
  readonly latencyMs: number;
  /** The API answered 503. */
  readonly isRefused: boolean;
}

/** Throws when the answer is neither `accept` nor 503. */
export const checkAccepted = ({ status, text }: Reply): boolean => {
  const outcome = status === 200 ? (JSON.parse(text) as Decision).recommendationCode : undefined;
  if (outcome !== 'accept' && status !== 503) {
    throw new Error(`an order was answered ${status} ${outcome ?? ''}`);
  }
  return outcome === 'accept';
};

/**
 * Posts everyday orders at a fixed rate; results are in the order of sending. Throws as
 * `checkAccepted` and `openLoop` do.
 */
export const offerOrders = async (caller: Caller, load: OpenLoop): Promise<Offered[]> => {
  const refused = new Set<number>();
  let sent = 0;
  const call = async (): Promise<void> => {
    const index = sent;
    sent += 1;
    if (!checkAccepted(await caller.post('/transaction', caller.makeOrder()))) refused.add(index);
  };
  const latencies = await openLoop(call, load);
  return latencies.map((latencyMs, index) => ({ latencyMs, isRefused: refused.has(index) }));
};

/** Percentiles of the answered orders; null when none was answered. */
export const answeredPercentiles = (offered: readonly Offered[]): Percentiles | null => {
  const answered = offered.filter(({ isRefused }) => !isRefused);
  return answered.length === 0 ? null : percentilesOf(answered.map(({ latencyMs }) => latencyMs));
};
