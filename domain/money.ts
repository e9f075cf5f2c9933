/** Amounts have at most 4 fraction digits, so a unit of 1/10,000 holds each one exactly. */
const unitsPerMajor = 10_000;

/** An amount in units of 1/10,000; exact up to 10^9 with 4 fraction digits. */
export const toUnits = (amount: number): number => Math.round(amount * unitsPerMajor);

/** The amount in major units: the number nearest to `units` / 10,000. */
const fromUnits = (units: number): number => units / unitsPerMajor;

/** The exact sum of amounts; 700 amounts of 10^9 stay inside the safe integers. */
export const sumAmounts = (amounts: Iterable<number>): number => {
  let units = 0;
  for (const amount of amounts) units += toUnits(amount);
  return fromUnits(units);
};

/** The exact absolute difference of two amounts. */
export const amountDifference = (one: number, other: number): number =>
  fromUnits(Math.abs(toUnits(one) - toUnits(other)));

/**
 * `part` as a share of `whole`, where 1 is all of it. A positive part of zero counts as all of it.
 * Divides whole units, so that a share at a limit compares exactly.
 */
export const shareOf = (part: number, whole: number): number => {
  if (toUnits(whole) <= 0) return toUnits(part) > 0 ? 1 : 0;
  return toUnits(part) / toUnits(whole);
};
