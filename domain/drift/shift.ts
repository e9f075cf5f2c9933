import { type DriftKind, driftKinds, type DriftState } from '../../contracts/v1/drift.js';
import { absent, type DayCounts } from './series.js';

/** Orders of some days together. */
export interface Period {
  readonly orders: number;
  readonly series: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Adds up the counts of some days. */
export const periodOf = (days: readonly DayCounts[]): Period => {
  const series = new Map<string, Map<string, number>>();
  let orders = 0;
  for (const day of days) {
    orders += day.orders;
    for (const [key, parts] of Object.entries(day.series)) {
      const sums = series.get(key) ?? new Map<string, number>();
      for (const [part, count] of Object.entries(parts)) {
        sums.set(part, (sums.get(part) ?? 0) + count);
      }
      series.set(key, sums);
    }
  }
  return { orders, series };
};

/** Every order is in one part: of a rule those that it did not hit, of a fact those without it. */
const restOf = (kind: DriftKind): string | undefined => {
  switch (kind) {
    case 'rule':
      return 'not';
    case 'fact':
      return absent;
    default:
      return undefined;
  }
};

const partsOf = (period: Period, kind: DriftKind, name: string): Map<string, number> => {
  const parts = new Map(period.series.get(`${kind}:${name}`));
  const rest = restOf(kind);
  if (rest === undefined) return parts;
  const counted = [...parts.values()].reduce((sum, count) => sum + count, 0);
  if (period.orders > counted) parts.set(rest, period.orders - counted);
  return parts;
};

const totalOf = (parts: ReadonlyMap<string, number>): number =>
  [...parts.values()].reduce((sum, count) => sum + count, 0);

/**
 * Half an order in each part, so that a part that one side lacks gives no infinite index. Jeffreys'
 * prior for shares.
 */
const pseudoCount = 0.5;

/**
 * The population stability index of two distributions: the sum over all parts of (p − q)·ln(p / q).
 * 0 for equal shares. By the usual reading, below 0.1 is stable, and from 0.25 on the population
 * has changed (Siddiqi, "Credit Risk Scorecards", 2006).
 */
export const stabilityIndex = (
  now: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number>,
): number => {
  const parts = new Set([...now.keys(), ...before.keys()]);
  const size = parts.size * pseudoCount;
  const [nowTotal, beforeTotal] = [totalOf(now) + size, totalOf(before) + size];
  let index = 0;
  for (const part of parts) {
    const p = ((now.get(part) ?? 0) + pseudoCount) / nowTotal;
    const q = ((before.get(part) ?? 0) + pseudoCount) / beforeTotal;
    index += (p - q) * Math.log(p / q);
  }
  return index;
};

const movingFrom = 0.1;
const shiftedFrom = 0.25;

/** Fewer orders on either side: chance alone moves the index by several hundredths. */
export const ordersMin = 200;

const stateOf = (index: number): DriftState => {
  if (index >= shiftedFrom) return 'shifted';
  return index >= movingFrom ? 'moving' : 'stable';
};

/** Shares of both periods, from 0 to 1. */
export interface PartShift {
  readonly part: string;
  readonly now: number;
  readonly before: number;
}

/** How one series moved. */
export interface Shift {
  readonly kind: DriftKind;
  readonly name: string;
  /** Null while either side has too few orders. */
  readonly index: number | null;
  readonly state: DriftState;
  /** Orders that are in any part of the series. */
  readonly nowOrders: number;
  readonly beforeOrders: number;
  /** The part that moved most first. */
  readonly parts: readonly PartShift[];
}

const shareOf = (parts: ReadonlyMap<string, number>, part: string): number =>
  (parts.get(part) ?? 0) / Math.max(1, totalOf(parts));

const shiftOf = (kind: DriftKind, name: string, now: Period, before: Period): Shift => {
  const [present, past] = [partsOf(now, kind, name), partsOf(before, kind, name)];
  const [nowOrders, beforeOrders] = [totalOf(present), totalOf(past)];
  const isEnough = nowOrders >= ordersMin && beforeOrders >= ordersMin;
  const index = isEnough ? stabilityIndex(present, past) : null;
  const parts = [...new Set([...present.keys(), ...past.keys()])].map((part) => ({
    ...{ part, now: shareOf(present, part), before: shareOf(past, part) },
  }));
  return {
    ...{ kind, name, index, nowOrders, beforeOrders },
    state: index === null ? 'too_few' : stateOf(index),
    parts: parts.toSorted(
      (one, other) => Math.abs(other.now - other.before) - Math.abs(one.now - one.before),
    ),
  };
};

/** How each series of two periods moved, most moved first. */
export const shiftsOf = (now: Period, before: Period): Shift[] => {
  const keys = new Set([...now.series.keys(), ...before.series.keys()]);
  const shifts = [...keys].flatMap((key) => {
    const kind = driftKinds.find((one) => key.startsWith(`${one}:`));
    return kind === undefined ? [] : [shiftOf(kind, key.slice(kind.length + 1), now, before)];
  });
  return shifts.toSorted(
    (one, other) =>
      (other.index ?? -1) - (one.index ?? -1) ||
      (`${one.kind}:${one.name}` < `${other.kind}:${other.name}` ? -1 : 1),
  );
};
