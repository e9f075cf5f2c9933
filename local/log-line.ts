export interface Notice {
  readonly level: 'warning' | 'error';
  readonly text: string;
}

const levels: Readonly<Record<string, Notice['level']>> = {
  warn: 'warning',
  error: 'error',
  fatal: 'error',
};

const parse = (line: string): Record<string, unknown> | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
};

const longest = 120;

/** What a person at the terminal should see of a JSON log line: warnings and errors, in short. */
export const readNotice = (line: string): Notice | undefined => {
  const record = parse(line);
  const level = levels[String(record?.['level'])];
  if (record === undefined || level === undefined) return undefined;
  const { alarm, msg } = record;
  const text = typeof msg === 'string' ? msg : 'see its log';
  const whole = typeof alarm === 'string' ? `alarm ${alarm}: ${text}` : text;
  return { level, text: whole.length > longest ? `${whole.slice(0, longest)}…` : whole };
};

const windowMs = 10_000;
const shownPerWindow = 5;

/**
 * Lets five notices through in ten seconds, so that a part in trouble does not flood the
 * terminal; `onHidden` is told how many were held back when the next window begins.
 */
export const throttleNotices = (
  show: (notice: Notice) => void,
  onHidden: (count: number) => void,
): ((notice: Notice) => void) => {
  let windowEnd = 0;
  let count = 0;
  return (notice) => {
    const now = Date.now();
    if (now >= windowEnd) {
      if (count > shownPerWindow) onHidden(count - shownPerWindow);
      windowEnd = now + windowMs;
      count = 0;
    }
    count += 1;
    if (count <= shownPerWindow) show(notice);
  };
};
