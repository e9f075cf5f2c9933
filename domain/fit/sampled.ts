import { wilson } from '../trials/interval.js';
import type { KnownEnding } from './use-of-order.js';

/**
 * Would-be rejects that went to a reviewer at random, by the share of them that did: all of them,
 * those that somebody judged, and those that were fraud.
 */
export type SampledCounts = Readonly<
  Record<string, readonly [orders: number, judged: number, fraud: number]>
>;

/** What is known of a sampled order: a label says it, else a person's verdict. */
const isFraud = ({ became, verdict }: KnownEnding): boolean | undefined => {
  if (became === 'fraud' || became === 'good') return became === 'fraud';
  if (became === 'dispute') return undefined;
  if (verdict === 'accept') return false;
  return verdict === 'reject' ? true : undefined;
};

/** The counts of one order; none for an order that was not sampled. */
export const countSampled = (order: KnownEnding): SampledCounts => {
  if (order.sampledRejectShare === null) return {};
  const fraud = isFraud(order);
  return {
    [order.sampledRejectShare]: [1, Number(fraud !== undefined), Number(fraud === true)],
  };
};

/** Adds counts. */
export const addSampled = (parts: Iterable<SampledCounts>): SampledCounts => {
  const sums = new Map<string, readonly [number, number, number]>();
  for (const part of parts) {
    for (const [share, [orders, judged, fraud]] of Object.entries(part)) {
      const [o, j, f] = sums.get(share) ?? [0, 0, 0];
      sums.set(share, [o + orders, j + judged, f + fraud]);
    }
  }
  return Object.fromEntries(sums);
};

/** A share with its 95 % interval. */
interface SampledShare {
  /** The effective numbers of frauds and of orders. */
  readonly part: number;
  readonly whole: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** The share of fraud among all rejects, by those that were sampled. */
export interface SampledEstimate {
  readonly orders: number;
  readonly judged: number;
  /** Null without a judged order. */
  readonly fraudShare: SampledShare | null;
}

/**
 * Estimates how many rejects are fraud. Each judged order stands for as many rejects as one over
 * the share of that time (Hájek's estimator), and the interval is Wilson's for Kish's effective
 * number of orders.
 */
export const estimateSampled = (counts: SampledCounts): SampledEstimate => {
  const sums = { orders: 0, judged: 0, weight: 0, squares: 0, fraud: 0 };
  for (const [share, [orders, judged, fraud]] of Object.entries(counts)) {
    const weight = 1 / Number(share);
    sums.orders += orders;
    sums.judged += judged;
    sums.weight += weight * judged;
    sums.squares += weight ** 2 * judged;
    sums.fraud += weight * fraud;
  }
  const { orders, judged } = sums;
  if (judged === 0) return { orders, judged, fraudShare: null };
  const share = sums.fraud / sums.weight;
  const whole = sums.weight ** 2 / sums.squares;
  const part = share * whole;
  return { orders, judged, fraudShare: { part, whole, share, ...wilson({ part, whole }) } };
};
