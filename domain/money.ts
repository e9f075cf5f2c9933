/** Amounts have at most 4 fraction digits, so a unit of 1/10,000 holds each one exactly. */
const unitsPerMajor = 10_000;

/** An amount as a whole number of 1/10,000; exact up to 10^9 with 4 fraction digits. */
export const toUnits = (amount: number): number => Math.round(amount * unitsPerMajor);

/** The number nearest to `units` / 10,000: the amount in major units again. */
const fromUnits = (units: number): number => units / unitsPerMajor;

/** The exact sum of amounts; 700 amounts of 10^9 stay inside the safe integers. */
export const sumAmounts = (amounts: Iterable<number>): number => {
  let units = 0;
  for (const amount of amounts) units += toUnits(amount);
  return fromUnits(units);
};

/** The exact distance between two amounts, never negative. */
export const amountDifference = (one: number, other: number): number =>
  fromUnits(Math.abs(toUnits(one) - toUnits(other)));

/**
 * `part` as a share of `whole`: 1 is all of it. A positive part of nothing counts as all of it.
 * The division is of whole units, so a share on a limit compares exactly with the limit.
 */
export const shareOf = (part: number, whole: number): number => {
  if (toUnits(whole) <= 0) return toUnits(part) > 0 ? 1 : 0;
  return toUnits(part) / toUnits(whole);
};
