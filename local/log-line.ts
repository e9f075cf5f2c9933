export interface Notice {
  readonly level: 'warning' | 'error';
  readonly text: string;
  /** Only one notice of a kind is shown in a minute; a notice without a kind always. */
  readonly kind?: string;
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

/** `POST /transaction: 503`, from the API's log line about a request; routes hold no ids. */
const requestOf = (record: Record<string, unknown>): string | undefined => {
  const { msg, method, route, status } = record;
  return msg === 'request' ? `${String(method)} ${String(route)}: ${String(status)}` : undefined;
};

/** The message of an alarm may only repeat its name. */
const alarmText = (alarm: string, message: string): string =>
  message === `alarm: ${alarm}`
    ? `alarm ${alarm}: see docs/alarms.md`
    : `alarm ${alarm}: ${message}`;

/** Turns a JSON log line into a short notice for the terminal: only warnings and errors. */
export const readNotice = (line: string): Notice | undefined => {
  const record = parse(line);
  const level = levels[String(record?.['level'])];
  if (record === undefined || level === undefined) return undefined;
  const { alarm, msg } = record;
  const kind = requestOf(record);
  const message = typeof msg === 'string' ? msg : 'see its log';
  const text = kind === undefined ? message : `${kind} after ${String(record['ms'])} ms`;
  const whole = typeof alarm === 'string' ? alarmText(alarm, text) : text;
  return {
    level,
    text: whole.length > longest ? `${whole.slice(0, longest)}…` : whole,
    ...(kind !== undefined && { kind }),
  };
};

const kindMs = 60_000;
/** Methods, routes and statuses are few; this only limits the memory in case of a bug. */
const kindsMax = 1000;

const windowMs = 10_000;
const shownPerWindow = 5;

/**
 * Shows at most five notices in ten seconds, so that a failing part does not flood the terminal,
 * and one of a kind in a minute. Calls `onHidden` with the number of hidden ones at the start of
 * the next window.
 */
export const throttleNotices = (
  show: (notice: Notice) => void,
  onHidden: (count: number) => void,
): ((notice: Notice) => void) => {
  let windowEnd = 0;
  let count = 0;
  const shownAt = new Map<string, number>();
  const isRepeated = (kind: string, now: number): boolean => {
    if (now - (shownAt.get(kind) ?? Number.NEGATIVE_INFINITY) < kindMs) return true;
    if (shownAt.size >= kindsMax) shownAt.clear();
    shownAt.set(kind, now);
    return false;
  };
  return (notice) => {
    const now = Date.now();
    if (notice.kind !== undefined && isRepeated(notice.kind, now)) return;
    if (now >= windowEnd) {
      if (count > shownPerWindow) onHidden(count - shownPerWindow);
      windowEnd = now + windowMs;
      count = 0;
    }
    count += 1;
    if (count <= shownPerWindow) show(notice);
  };
};
