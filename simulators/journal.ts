import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A call that a partner has received, as the journal keeps it. */
export interface JournalCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly receivedAt: string;
  /** True when the partner acted on it, whatever its caller heard. */
  readonly acted: boolean;
  /** Null when the answer was lost. */
  status: number | null;
}

/** The memory of one partner on disk, so that it survives the end of its process. */
export interface Journal {
  /** The calls of earlier processes, oldest first. */
  readonly earlier: readonly JournalCall[];
  /** Keeps a call at once. The returned function keeps the status of its answer. */
  readonly add: (call: Omit<JournalCall, 'status'>) => (status: number) => void;
}

type Line = { readonly call: JournalCall } | { readonly answered: number; readonly status: number };

const read = (path: string): JournalCall[] => {
  const calls: JournalCall[] = [];
  // The last line has no end when its process was killed.
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  for (const text of lines) {
    const line = JSON.parse(text) as Line;
    if ('call' in line) calls.push(line.call);
    else {
      const call = calls[line.answered];
      if (call !== undefined) call.status = line.status;
    }
  }
  return calls;
};

/** Opens the journal of a partner in `folder`, which is made where it is missing. */
export const openJournal = (folder: string, partner: string): Journal => {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${partner}.jsonl`);
  const earlier = read(path);
  let count = earlier.length;
  const append = (line: Line) => appendFileSync(path, `${JSON.stringify(line)}\n`);
  return {
    earlier,
    add: (call) => {
      const index = count;
      count += 1;
      append({ call: { ...call, status: null } });
      return (status) => append({ answered: index, status });
    },
  };
};
