import type { OrderFacts } from '../services/case-view/view.js';

/** Facts of the order that each session is expected to open next. They never leave the process. */
export interface PreparedCases {
  /**
   * Reads the facts; what the session had before is dropped. Resolves when they are there, or could
   * not be read.
   */
  readonly prepare: (
    sessionId: string,
    caseId: string,
    read: () => Promise<Facts>,
  ) => Promise<void>;
  /** The session's facts, if they are of this case; whatever it had is dropped. */
  readonly take: (sessionId: string, caseId: string) => Promise<Facts>;
  /** How many sessions have facts here. */
  readonly size: () => number;
}

type Facts = OrderFacts | undefined;

interface Entry {
  readonly caseId: string;
  readonly facts: Promise<Facts>;
  readonly timer: NodeJS.Timeout;
}

/** How much is kept, and for how long. */
interface Bounds {
  readonly sessionsMax: number;
  /** Of one order's facts, as JSON; larger ones are read again when they are shown. */
  readonly bytesMax: number;
  readonly keptMs: number;
}

/** At most 32 MB. Nobody needs longer to choose a reason and still wants the next case at once. */
const usual: Bounds = { sessionsMax: 128, bytesMax: 256 * 1024, keptMs: 15_000 };

/** Prepared facts of one process. A process that has none reads them when they are shown. */
export const createPreparedCases = (bounds: Bounds = usual): PreparedCases => {
  const { sessionsMax, bytesMax, keptMs } = bounds;
  const entries = new Map<string, Entry>();
  const drop = (sessionId: string): Entry | undefined => {
    const entry = entries.get(sessionId);
    clearTimeout(entry?.timer);
    entries.delete(sessionId);
    return entry;
  };
  const readSmall = async (read: () => Promise<Facts>): Promise<Facts> => {
    const facts = await read();
    const isSmall = Buffer.byteLength(JSON.stringify(facts) ?? '') <= bytesMax;
    return isSmall ? facts : undefined;
  };
  return {
    prepare: async (sessionId, caseId, read) => {
      drop(sessionId);
      const [oldest] = entries.keys();
      if (entries.size >= sessionsMax && oldest !== undefined) drop(oldest);
      // Whoever shows the case reads it again, and hears of the fault then.
      const facts = readSmall(read).catch(() => undefined);
      const timer = setTimeout(() => drop(sessionId), keptMs).unref();
      entries.set(sessionId, { caseId, facts, timer });
      await facts;
    },
    take: async (sessionId, caseId) => {
      const entry = drop(sessionId);
      return entry?.caseId === caseId ? entry.facts : undefined;
    },
    size: () => entries.size,
  };
};
