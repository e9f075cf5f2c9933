import {
  allHandlersFinished,
  condition,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import type { RehearsalActivities } from '../../activities/rehearse.js';
import { type RehearsalInput, type Rehearsed, rehearsedUpdate } from './messages.js';

/** One short attempt each: a failed rehearsal only makes the first orders slower. */
const once = { scheduleToCloseTimeout: '3s', retry: { maximumAttempts: 1 } } as const;

const {
  rehearse: openConnections,
  rehearseOrder,
  rehearseStep,
} = proxyLocalActivities<RehearsalActivities>(once);
const { rehearseStep: rehearseLastStep } = proxyActivities<RehearsalActivities>(once);

/**
 * One round of the rehearsal of a starting process. It uses what an order's workflow uses: an
 * update that waits, local activities side by side and one after another, and an activity at the
 * end. `rehearseOrder` decides an example order. Workers of the version before start it without an
 * input.
 */
export async function rehearse(input?: RehearsalInput): Promise<void> {
  if (input === undefined) return openConnections();
  const round: { rehearsed?: Rehearsed } = {};
  setHandler(rehearsedUpdate, async () => {
    await condition(() => round.rehearsed !== undefined);
    return round.rehearsed ?? { isOwn: false, answer: '' };
  });
  const [result] = await Promise.all([rehearseOrder(input), rehearseStep(input)]);
  await rehearseStep(result);
  round.rehearsed = result;
  await rehearseLastStep(result);
  await condition(allHandlersFinished);
}
