import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** The output for people: plain lines that also suit a log file. */
export interface Terminal {
  /** True when a person sees the output, so that keys may be shown. */
  readonly isInteractive: boolean;
  readonly paint: (style: Style, text: string) => string;
  readonly write: (text: string) => void;
  /** Prints one line about a part, prefixed with its name. */
  readonly say: (part: string, text: string, mark?: Mark) => void;
}

/** The used part of `process.stdout`. */
export interface TerminalStream {
  /** Node leaves it undefined on a pipe or file. */
  readonly isTTY?: boolean;
  on(event: 'error', listener: () => void): unknown;
  write(text: string): unknown;
}

export type Mark = 'note' | 'done' | 'warning' | 'error';

const marks = {
  note: { sign: '·', style: 'dim' },
  done: { sign: '✓', style: 'green' },
  warning: { sign: '!', style: 'yellow' },
  error: { sign: '✗', style: 'red' },
} as const;

const nameWidth = 11;

/** Colours only for a person who has not refused them (no-color.org). */
export const createTerminal = (
  stream: TerminalStream,
  env: Readonly<Record<string, string | undefined>>,
): Terminal => {
  // A closed reader, such as a closed terminal, must not prevent the parts from stopping.
  stream.on('error', () => {});
  const isInteractive = stream.isTTY === true;
  const hasColours = isInteractive && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const paint = (style: Style, text: string) =>
    hasColours ? styleText(style, text, { validateStream: false }) : text;
  const write = (text: string) => void stream.write(text);
  return {
    isInteractive,
    paint,
    write,
    say: (part, text, mark = 'note') => {
      const { sign, style } = marks[mark];
      write(`  ${paint(style, sign)} ${part.padEnd(nameWidth)} ${text}\n`);
    },
  };
};
