import { type DecidedNotice, readDecidedNotice } from '../services/transactions/decided-notices.js';

type Take = (notice: DecidedNotice) => void;

/** What the workflow of an order answers. */
type FirstDecision = Omit<DecidedNotice, 'transactionId'>;

/** How an order gets its answer. Each step rejects when the order cannot be decided now. */
interface Ways {
  /** The notice of an order that was stored before may have passed already. */
  readonly isNew: boolean;
  /** Has the order decided. */
  readonly begin: () => Promise<void>;
  /** The same, and waits for the answer. Both have one effect. */
  readonly ask: () => Promise<FirstDecision>;
}

/** The orders whose callers wait in this process for an answer. */
export interface DecidedAnswers {
  /**
   * Whether notices reach this process, as far as it knows. False until one has come, as behind a
   * connection pooler, and after one that did not come in time.
   */
  readonly areHeard: () => boolean;
  /** Takes in the payload of a notice, of this API's orders and others'. */
  readonly noticed: (payload: string) => void;
  /** The connection is lost: no notice comes until there is another. */
  readonly lost: () => void;
  /**
   * The answer of an order: by its notice while they are heard, and by asking where it does not
   * come.
   */
  readonly answerOf: (transactionId: string, ways: Ways) => Promise<FirstDecision>;
}

/** An order that waits for longer is asked about: its notice may be lost. Few take so long. */
const patienceMs = 1000;

/** The notices for which somebody waits, by order. */
const createWaiting = () => {
  const waiting = new Map<string, Set<Take>>();
  return {
    has: (transactionId: string): boolean => waiting.has(transactionId),
    takersOf: (transactionId: string): readonly Take[] => [...(waiting.get(transactionId) ?? [])],
    /** The next notice of an order; `leave` gives up. */
    wait: (transactionId: string) => {
      let take: Take = () => undefined;
      const notice = new Promise<DecidedNotice>((resolve) => {
        take = resolve;
      });
      const all = waiting.get(transactionId) ?? new Set<Take>();
      waiting.set(transactionId, all.add(take));
      const leave = (): void => {
        all.delete(take);
        if (all.size === 0 && waiting.get(transactionId) === all) waiting.delete(transactionId);
      };
      return { notice, leave };
    },
  };
};

/**
 * A caller who waits for an answer. Without an abort signal: each one that aborts makes an error
 * with its stack, for every order.
 */
interface Call {
  readonly isAnswered: () => boolean;
  /** Resolves when the caller has waited for `ms` more, and never when the answer comes before. */
  readonly patience: (ms: number) => Promise<void>;
  readonly answered: () => void;
}

const createCall = (): Call => {
  let isAnswered = false;
  let timer: NodeJS.Timeout | undefined;
  return {
    isAnswered: () => isAnswered,
    patience: (ms) =>
      new Promise((resolve) => {
        if (!isAnswered) timer = setTimeout(resolve, ms);
      }),
    answered: () => {
      isAnswered = true;
      clearTimeout(timer);
    },
  };
};

/** See `DecidedAnswers`. It forgets each order once it has the answer. */
export const createDecidedAnswers = (): DecidedAnswers => {
  const waiting = createWaiting();
  let areHeard = false;
  const lost = (): void => {
    areHeard = false;
  };
  /** The workflow's own answer. The notice of a new order should have been the first. */
  const asked = async ({ isNew, ask }: Ways, call: Call): Promise<FirstDecision> => {
    const first = await ask();
    if (isNew && !call.isAnswered()) lost();
    return first;
  };
  /** Has the order decided, and asks only when its notice does not come. */
  const begun = async (ways: Ways, call: Call): Promise<FirstDecision> => {
    await ways.begin();
    await call.patience(patienceMs);
    return asked(ways, call);
  };
  return {
    areHeard: () => areHeard,
    noticed: (payload) => {
      areHeard = true;
      const notice = readDecidedNotice(payload, waiting.has);
      if (notice === undefined) return;
      for (const take of waiting.takersOf(notice.transactionId)) take(notice);
    },
    lost,
    answerOf: async (transactionId, ways) => {
      const { notice, leave } = waiting.wait(transactionId);
      const call = createCall();
      const deciding = (areHeard && ways.isNew ? begun : asked)(ways, call);
      deciding.catch(() => undefined);
      try {
        return await Promise.race([notice, deciding]);
      } finally {
        leave();
        call.answered();
      }
    },
  };
};
