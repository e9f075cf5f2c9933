import type { Terminal } from '../terminal.js';

export interface Progress {
  /** Counts one finished step; `note` describes it. */
  readonly step: (note: string) => void;
  /** Ends the line, so that later output starts on its own. */
  readonly end: () => void;
}

const barWidth = 24;
const noteWidth = 52;
const lineEvery = 10;
const eraseLine = '\r\u001b[2K';

/** A line that fills up on a terminal; elsewhere one plain line for every ten steps. */
export const showProgress = (terminal: Terminal, what: string, total: number): Progress => {
  let done = 0;
  const live = (note: string): string => {
    const filled = Math.round((done / Math.max(1, total)) * barWidth);
    const bar = '█'.repeat(filled) + terminal.paint('dim', '░'.repeat(barWidth - filled));
    const shown = terminal.paint('dim', note.slice(0, noteWidth));
    return `${eraseLine}  ${what.padEnd(9)}${bar} ${done}/${total}  ${shown}`;
  };
  return {
    step: (note) => {
      done += 1;
      if (terminal.isInteractive) terminal.write(live(note));
      else if (done % lineEvery === 0 || done === total) {
        terminal.write(`  ${what}: ${done} of ${total}\n`);
      }
    },
    end: () => {
      if (terminal.isInteractive && done > 0) terminal.write('\n');
    },
  };
};
