import type { ImportResult } from '../import/import.js';
import { table } from './table.js';

const counted = (count: number): string => count.toLocaleString('en');

/** What was imported, how fast, and what it took. */
export const importTable = (result: ImportResult): string => {
  const { seconds, processorMs, refused, reasons } = result;
  const times = `${seconds.before}, ${seconds.storing} and ${seconds.after} s`;
  const why = reasons.map(({ lines, error }) => `${counted(lines)} ${error}`).join(', ');
  return table([
    ['the import', ''],
    ['orders, and their labels', `${counted(result.stored)} and ${counted(result.labels)}`],
    ['refused lines', refused === 0 ? 'none' : why],
    ['file, database', `${counted(result.fileMb)} and ${counted(result.databaseMb)} MB`],
    ['whole time', `${counted(seconds.whole)} s`],
    ['before the first order, storing, totals of the days', times],
    ['orders a second over the whole time', counted(result.perSecond)],
    ['while storing, by quarters', result.perSecondByQuarter.map(counted).join(', ')],
    ['processor time of the command, an order', `${processorMs.command} ms`],
    ['processor time of Postgres, an order', `${processorMs.postgres} ms`],
    ['most memory of the command', `${result.peakMb} MB`],
  ]);
};
