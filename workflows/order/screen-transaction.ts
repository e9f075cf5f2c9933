import {
  allHandlersFinished,
  CancellationScope,
  condition,
  setHandler,
} from '@temporalio/workflow';
import type { Outcome } from '../../contracts/hbc/decision.js';
import { decide } from './decide.js';
import { followUp } from './follow-up.js';
import { firstDecisionUpdate, type ScreenTransactionInput } from './messages.js';
import { review } from './review.js';
import { isEnded, listen, newScreening, publish } from './handlers.js';
import { settle, trySettlingAtOnce } from './settle.js';

/**
 * One order, from its arrival to OMS: score it, ask the partners, answer, wait for a reviewer when
 * the answer is review, then settle it. When OMS refuses, it goes to review again. An order
 * withdrawn in review ends without OMS. A cancellation of the workflow has no effect: every
 * accepted order is completed.
 */
export async function screenTransaction(input: ScreenTransactionInput): Promise<{
  readonly outcome: Outcome | undefined;
  readonly status: string;
}> {
  const screening = newScreening();
  listen(screening);
  setHandler(firstDecisionUpdate, () =>
    CancellationScope.nonCancellable(async () => {
      await condition(() => screening.decision !== undefined);
      return {
        answer: screening.decision?.answer ?? '',
        inReview: screening.decision?.outcome === 'review',
      };
    }),
  );

  return CancellationScope.nonCancellable(async () => {
    await decide(input, screening);
    const atOnce = await trySettlingAtOnce(input, screening);
    publish(screening);
    if (atOnce === 'done') await followUp(input, screening);
    while (!isEnded(screening.status)) {
      if (screening.outcome === 'review') {
        await review(input, screening);
        continue;
      }
      const settlement = await settle(input, screening);
      publish(screening);
      if (settlement === 'done') await followUp(input, screening);
    }
    await condition(allHandlersFinished);
    return { outcome: screening.outcome, status: screening.status };
  });
}
