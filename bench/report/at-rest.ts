import type { AtRest } from '../at-rest.js';
import { totalOf } from '../processor-time.js';
import { cell, row, tenths } from './table.js';

/** Memory in MB and processor time in ms a minute, by part. */
export const atRestLines = (title: string, { memory, processorMsAMinute }: AtRest): string[] => {
  if (memory.byPart.length === 0) return [`  ${title}: this system has no /proc to read from`];
  return [
    `  ${title}`,
    row('', ...['ms/min', 'PSS MB', 'RSS MB'].map((head) => cell(head)), cell('processes', 11)),
    ...memory.byPart.map(({ part, processes, rssMb, pssMb }) =>
      row(part, ...[processorMsAMinute[part] ?? 0, pssMb, rssMb].map(tenths), cell(processes, 11)),
    ),
    row('all', ...[totalOf(processorMsAMinute), memory.pssMb, memory.rssMb].map(tenths)),
  ];
};
