import type { QueueView } from '../contracts/v1/queries.js';
import type { Context } from '../services/context.js';
import { countCases, countViews, type QueueQuery } from '../services/cases/queue.js';

type Counts = Readonly<Record<QueueView, number>>;
type Caller = Context<'actor' | 'now'>;

/**
 * `now` waits until the counts are right. `soon` takes those of some seconds ago where many cases
 * are open, and counts again meanwhile.
 */
export type CountedWhen = 'now' | 'soon';

/** A saved view to count: its filters, and a text that is the same for the same ones. */
interface CountedView {
  readonly key: string;
  readonly query: QueueQuery;
}

/** The counts of the queue's views, as somebody sees them. */
export interface QueueCounts {
  readonly read: (context: Caller, when: CountedWhen) => Promise<Counts>;
  /** The counts of saved views, in their order. */
  readonly readSaved: (
    context: Caller,
    views: readonly CountedView[],
    when: CountedWhen,
  ) => Promise<number[]>;
}

/** Up to so many open cases, counting them takes a page no noticeable time. */
const fewCases = 5000;

/** After a count the process rests this many times as long as it took. */
const restFactor = 20;

const oldestMs = 30_000;
const keptMax = 1000;

interface Entry<T> {
  readonly value: T;
  readonly countedMs: number;
  readonly tookMs: number;
}

/** Values that take their time, kept for a while by a key. */
const createKept = <T>() => {
  const entries = new Map<string, Entry<T>>();
  const running = new Map<string, Promise<T>>();

  const run = async (key: string, count: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    const value = await count();
    const countedMs = performance.now();
    if (entries.size >= keptMax) entries.clear();
    entries.set(key, { value, countedMs, tookMs: countedMs - startedMs });
    return value;
  };
  const refresh = (key: string, count: () => Promise<T>): Promise<T> => {
    const counting = running.get(key) ?? run(key, count).finally(() => running.delete(key));
    running.set(key, counting);
    return counting;
  };
  return {
    /** `isFew` says of the kept value whether counting again takes no noticeable time. */
    read: async (
      key: string,
      count: () => Promise<T>,
      { when, isFew }: { readonly when: CountedWhen; readonly isFew: (value: T) => boolean },
    ): Promise<T> => {
      const known = entries.get(key);
      const ageMs = known === undefined ? Infinity : performance.now() - known.countedMs;
      if (known === undefined || isFew(known.value) || ageMs > oldestMs) return refresh(key, count);
      if (ageMs < known.tookMs * restFactor) return known.value;
      const counting = refresh(key, count);
      if (when === 'now') return counting;
      // A fault shows when somebody waits for the counts.
      counting.catch(() => undefined);
      return known.value;
    },
  };
};

/** Counts of one process, by who looks. */
export const createQueueCounts = (): QueueCounts => {
  const builtIn = createKept<Counts>();
  const saved = createKept<number>();
  const read: QueueCounts['read'] = (context, when) =>
    builtIn.read(context.actor.name, () => countViews(context), {
      ...{ when, isFew: ({ all }) => all < fewCases },
    });
  return {
    read,
    readSaved: async (context, views, when) => {
      if (views.length === 0) return [];
      const { all } = await read(context, when);
      return Promise.all(
        views.map(({ key, query }) =>
          saved.read(`${context.actor.name} ${key}`, () => countCases(context, query), {
            ...{ when, isFew: () => all < fewCases },
          }),
        ),
      );
    },
  };
};
