import { ActivityFailure, patched, TimeoutFailure } from '@temporalio/workflow';
import type { CheckResult } from '../../activities/check-partner.js';

type Check = PromiseSettledResult<CheckResult>;

/** The mark in histories in which a check did not end. */
const missedChecksPatch = 'missed-checks-are-made-again';

/** A time-out is wrapped when it happens and bare when it is replayed. */
const isTimeout = (reason: unknown): boolean =>
  reason instanceof TimeoutFailure ||
  (reason instanceof ActivityFailure && reason.cause instanceof TimeoutFailure);

/**
 * True when the checks are to be made once more, because one was missed for a reason of ours. A
 * check keeps to its budget by itself, so one that did not end was not held up by its partner. How
 * it failed is not looked at: the failure of a local activity has another shape when it is
 * replayed. Only orders of earlier versions, which have no mark, go by it: they made checks again
 * after any failure but a time-out.
 */
export const isMadeAgain = (checks: readonly Check[]): boolean => {
  const failed = checks.filter((check) => check.status === 'rejected');
  if (failed.length > 0 && !patched(missedChecksPatch)) {
    return failed.some(({ reason }) => !isTimeout(reason));
  }
  return checks.some((check) => check.status === 'rejected' || check.value.kind === 'not_made');
};
