import type { BrowserTimes } from '../desk/browser.js';
import type { DeskResult } from '../desk/desk.js';
import { deskGoals } from '../goals.js';
import { goalLines, percentileHeads, percentileRow } from './table.js';

const pressLines = (when: string, { decided, neighbour }: BrowserTimes): string[] => [
  percentileRow(`A and 1, ${when}`, decided.painted),
  percentileRow('  its answer', decided.answered),
  percentileRow(`J, ${when}`, neighbour.painted),
  percentileRow('  its answer', neighbour.answered),
];

/** What a reviewer waits for as text. */
export const deskLines = (result: DeskResult): string[] => [
  `  Pages over ${result.openCases} open cases, in ms`,
  percentileHeads,
  ...result.pages.flatMap(({ name, times, kilobytes }) => [
    `    ${name}, ${kilobytes} kB`,
    percentileRow('', times),
  ]),
  '',
  '  From a key press to the next case on the screen, in ms',
  ...(result.presses === null
    ? ['    left out: no browser']
    : [
        percentileHeads,
        ...pressLines('alone', result.presses.alone),
        ...pressLines('beside', result.presses.beside),
      ]),
  '',
  '  From the end of the undo window, or the click without one, to OMS, in ms',
  percentileHeads,
  ...result.decisions.map(({ undoWindow, told }) => percentileRow(undoWindow, told)),
  ...goalLines(deskGoals(result)),
];
