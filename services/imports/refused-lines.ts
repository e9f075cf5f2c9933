import type { ApiError } from '../../contracts/errors.js';
import type { RefusedLine } from '../../db/import-parts.js';

/** A line with its faults, which name paths and never values. */
export interface WrongLine {
  readonly line: number;
  readonly faults: readonly ApiError[];
}

/** Faults of one line to report; a large order may have thousands. */
const faultsOfLineMax = 5;
/** Lines of one part to list for a reason; all of them are counted. */
const listedMax = 10;

/** Faults of the same field in different lines of an order are one reason. */
const reasonOf = ({ error, message }: ApiError): string =>
  `${error} ${message.replaceAll(/\[\d+\]/g, '[]')}`;

/** The refused lines of a part: how many for each reason, and the first ones of each. */
export const reportRefused = (
  wrong: readonly WrongLine[],
): { reasons: Readonly<Record<string, number>>; listed: readonly RefusedLine[] } => {
  const reasons = new Map<string, number>();
  const listed: RefusedLine[] = [];
  for (const { line, faults } of wrong) {
    const own = new Map(faults.map((fault) => [reasonOf(fault), fault] as const));
    for (const [place, [reason, { error, message }]] of [...own]
      .slice(0, faultsOfLineMax)
      .entries()) {
      const before = reasons.get(reason) ?? 0;
      reasons.set(reason, before + 1);
      if (before < listedMax) listed.push({ line, place, error, message });
    }
  }
  return { reasons: Object.fromEntries(reasons), listed };
};
