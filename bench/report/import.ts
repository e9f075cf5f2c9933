import { importGoals } from '../goals.js';
import type { ImportResult } from '../import/import.js';
import { goalLines } from './table.js';

/** An import of past orders as text. */
export const importLines = (result: ImportResult): string[] => {
  const { lines, stored, repeated, refused, labels, seconds, processorMs } = result;
  return [
    `  ${lines} lines of ${result.fileMb} MB: ${stored} orders stored with ${labels} labels, ` +
      `${repeated} there already, ${refused} refused`,
    ...result.reasons.map((one) => `    ${one.lines} ${one.error}: ${one.message}`),
    `  ${seconds.whole} s: ${seconds.before} before the first, ${seconds.storing} storing, ` +
      `${seconds.after} for the totals of the days`,
    `  ${result.perSecond} orders a second; by quarters ${result.perSecondByQuarter.join(', ')}`,
    `  processor time an order: ${processorMs.command} ms of the command, ` +
      `${processorMs.postgres} ms of Postgres`,
    `  the command held ${result.peakMb} MB at most; the database has ${result.databaseMb} MB`,
    ...goalLines(importGoals(result)),
  ];
};
