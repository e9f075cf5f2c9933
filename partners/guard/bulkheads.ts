import { bulkhead, type BulkheadPolicy } from 'cockatiel';
import type { GuardSettings } from '../../contracts/partner-settings.js';
import { PartnerFault } from '../fault.js';

/** Places for so many calls at once. */
export interface Room {
  /** Throws `overloaded` at once when there is no place: nothing queues. */
  readonly run: <T>(ask: () => Promise<T>) => Promise<T>;
}

const roomOf = (room: BulkheadPolicy): Room => ({
  run: async (ask) => {
    if (room.executionSlots === 0) throw new PartnerFault('overloaded');
    return room.execute(ask);
  },
});

/** A room for each kind of call to a partner, so that none takes the place of another. */
export const createRooms = ({ answersAtOnce, backgroundAtOnce, feedbackAtOnce }: GuardSettings) => {
  const answers = bulkhead(answersAtOnce);
  const background = bulkhead(backgroundAtOnce);
  const feedback = bulkhead(feedbackAtOnce);
  // The breaker lets one test run at a time.
  const tests = bulkhead(1);
  const all = [answers, background, feedback, tests];
  const freeSlots = () => all.reduce((sum, room) => sum + room.executionSlots, 0);
  const slots = freeSlots();
  return {
    answers: roomOf(answers),
    background: roomOf(background),
    feedback: roomOf(feedback),
    tests: roomOf(tests),
    inFlight: () => slots - freeSlots(),
  };
};

/** Connections for all rooms, one test of the breaker and one health probe: no call waits. */
export const connectionsFor = (limits: GuardSettings): number =>
  limits.answersAtOnce + limits.backgroundAtOnce + limits.feedbackAtOnce + 2;
