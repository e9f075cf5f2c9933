import type { CallEntry, Entry, FaultEntry } from './record.js';
import { grouped } from './grouped.js';
import type { Finding } from './check/history.js';

const isPost = (entry: Entry): entry is CallEntry =>
  entry.type === 'call' && entry.act === 'post_order';

/** What callers saw of one fault. */
export interface FaultFigures {
  readonly name: string;
  readonly times: number;
  readonly answered: number;
  readonly unavailable: number;
  readonly unanswered: number;
  /**
   * From the end of each fault to the first answer to an order sent after it. Undefined when none
   * was sent.
   */
  readonly recovery: { readonly medianMs: number; readonly longestMs: number } | undefined;
}

const recoveryOf = (posts: readonly CallEntry[], { endedMs }: FaultEntry): number | undefined => {
  const good = posts
    // A stored answer proves nothing of whoever decides.
    .filter(({ sentMs, status, replayed }) => sentMs >= endedMs && status === 200 && !replayed)
    .map(({ doneMs }) => doneMs - endedMs);
  return good.length === 0 ? undefined : Math.min(...good);
};

const middleAndLongest = (times: readonly number[]): FaultFigures['recovery'] => {
  const sorted = times.toSorted((one, other) => one - other);
  const [medianMs, longestMs] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
  if (medianMs === undefined || longestMs === undefined) return undefined;
  return { medianMs, longestMs };
};

const happened = ({ detail }: FaultEntry): boolean => !detail.startsWith('did not happen');

/** Figures for each kind of fault, from the answers to orders that were sent while it lasted. */
export const faultFigures = (entries: readonly Entry[]): FaultFigures[] => {
  const posts = entries.filter(isPost);
  const faults = entries.filter((entry): entry is FaultEntry => entry.type === 'fault');
  const kinds = grouped(faults.filter(happened), ({ name }) => name);
  const byName = [...kinds].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return byName.map(([name, some]) => {
    const during = posts.filter(({ sentMs, doneMs }) =>
      some.some(({ beganMs, endedMs }) => doneMs >= beganMs && sentMs <= endedMs),
    );
    return {
      ...{ name, times: some.length },
      answered: during.filter(({ status }) => status === 200).length,
      unavailable: during.filter(({ status }) => status === 503).length,
      unanswered: during.filter(({ status }) => status === null).length,
      recovery: middleAndLongest(some.flatMap((fault) => recoveryOf(posts, fault) ?? [])),
    };
  });
};

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |\n`;

const seconds = (ms: number | undefined): string =>
  ms === undefined ? 'none sent' : `${(ms / 1000).toFixed(1)} s`;

const tableOf = (entries: readonly Entry[]): string => {
  const answers = ['200', '503', 'none'];
  const head = ['fault', 'times', ...answers, 'recovered after, median', 'longest'];
  return [
    row(head),
    row(head.map(() => '---')),
    ...faultFigures(entries).map(({ name, times, answered, unavailable, unanswered, recovery }) =>
      row([
        ...[name, times, answered, unavailable, unanswered],
        ...[seconds(recovery?.medianMs), seconds(recovery?.longestMs)],
      ]),
    ),
  ].join('');
};

/** What a run was like, for people: figures, the table of faults, and each broken promise. */
export const reportOf = (entries: readonly Entry[], findings: readonly Finding[]): string => {
  const orders = entries.filter((entry) => entry.type === 'order');
  const count = (status: string) => orders.filter((order) => order.status === status).length;
  const statuses = [...new Set(orders.map(({ status }) => status))];
  const waits = entries.flatMap((entry) =>
    entry.type === 'quiet' ? [`${Math.round(entry.tookMs)} ms`] : [],
  );
  const calls = entries.filter((entry) => entry.type === 'call').length;
  return [
    tableOf(entries),
    '\n',
    `${orders.length} orders: ${statuses.map((one) => `${count(one)} ${one}`).join(', ')}\n`,
    `${calls} calls; quiet after ${waits.join(' and ')}\n`,
    ...findings.map(({ rule, subject, text }) => `✗ ${rule}: ${subject}: ${text}\n`),
    findings.length === 0
      ? '✓ nothing lost, nothing twice\n'
      : `✗ ${findings.length} broken promises\n`,
  ].join('');
};
