import { bulkhead, type BulkheadPolicy } from 'cockatiel';
import type { GuardSettings } from '../../contracts/partner-settings.js';
import { PartnerFault } from '../fault.js';

/** A limit of concurrent calls. */
export interface Bulkhead {
  /** Throws `overloaded` at once when the limit is reached; calls never queue. */
  readonly run: <T>(ask: () => Promise<T>) => Promise<T>;
}

const bulkheadOf = (policy: BulkheadPolicy): Bulkhead => ({
  run: async (ask) => {
    if (policy.executionSlots === 0) throw new PartnerFault('overloaded');
    return policy.execute(ask);
  },
});

/** One bulkhead per kind of call, so that no kind starves another. */
export const createBulkheads = ({
  answersAtOnce,
  backgroundAtOnce,
  feedbackAtOnce,
}: GuardSettings) => {
  const answers = bulkhead(answersAtOnce);
  const background = bulkhead(backgroundAtOnce);
  const feedback = bulkhead(feedbackAtOnce);
  // The breaker runs one test at a time.
  const tests = bulkhead(1);
  const all = [answers, background, feedback, tests];
  const freeSlots = () => all.reduce((sum, policy) => sum + policy.executionSlots, 0);
  const slots = freeSlots();
  return {
    answers: bulkheadOf(answers),
    background: bulkheadOf(background),
    feedback: bulkheadOf(feedback),
    tests: bulkheadOf(tests),
    inFlight: () => slots - freeSlots(),
  };
};

/** Connections for all bulkheads, one breaker test and one health probe, so that no call waits. */
export const connectionsFor = (limits: GuardSettings): number =>
  limits.answersAtOnce + limits.backgroundAtOnce + limits.feedbackAtOnce + 2;
