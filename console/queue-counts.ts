import type { QueueView } from '../contracts/v1/queries.js';
import type { Context } from '../services/context.js';
import { countViews } from '../services/cases/queue.js';

type Counts = Readonly<Record<QueueView, number>>;

/** The counts of the queue's views, as somebody sees them. */
export interface QueueCounts {
  /**
   * `now` waits until the counts are right. `soon` takes those of some seconds ago where many
   * cases are open, and counts again meanwhile.
   */
  readonly read: (context: Context<'actor' | 'now'>, when: 'now' | 'soon') => Promise<Counts>;
}

/** Up to so many open cases, counting them takes a page no noticeable time. */
const fewCases = 5000;

/** After a count the process rests this many times as long as it took. */
const restFactor = 20;

const oldestMs = 30_000;
const keptMax = 1000;

interface Entry {
  readonly counts: Counts;
  readonly countedMs: number;
  readonly tookMs: number;
}

/** Counts of one process, by who looks. */
export const createQueueCounts = (): QueueCounts => {
  const entries = new Map<string, Entry>();
  const running = new Map<string, Promise<Counts>>();

  const count = async (context: Context<'actor' | 'now'>): Promise<Counts> => {
    const startedMs = performance.now();
    const counts = await countViews(context);
    const countedMs = performance.now();
    if (entries.size >= keptMax) entries.clear();
    entries.set(context.actor.name, { counts, countedMs, tookMs: countedMs - startedMs });
    return counts;
  };
  const refresh = (context: Context<'actor' | 'now'>): Promise<Counts> => {
    const { name } = context.actor;
    const counting = running.get(name) ?? count(context).finally(() => running.delete(name));
    running.set(name, counting);
    return counting;
  };
  return {
    read: async (context, when) => {
      const known = entries.get(context.actor.name);
      const ageMs = known === undefined ? Infinity : performance.now() - known.countedMs;
      if (known === undefined || known.counts.all < fewCases || ageMs > oldestMs)
        return refresh(context);
      if (ageMs < known.tookMs * restFactor) return known.counts;
      const counting = refresh(context);
      if (when === 'now') return counting;
      // A fault shows when somebody waits for the counts.
      counting.catch(() => undefined);
      return known.counts;
    },
  };
};
