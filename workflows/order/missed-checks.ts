import { ActivityFailure, patched, TimeoutFailure } from '@temporalio/workflow';
import type { CheckResult } from '../../activities/check-partner.js';

type Check = PromiseSettledResult<CheckResult>;

/** The patch marker in histories in which a check did not complete. */
const missedChecksPatch = 'missed-checks-are-made-again';

/** A timeout is wrapped when it happens and bare in a replay. */
const isTimeout = (reason: unknown): boolean =>
  reason instanceof TimeoutFailure ||
  (reason instanceof ActivityFailure && reason.cause instanceof TimeoutFailure);

/**
 * True when the checks must be repeated, because one failed for a cause of our own. A check keeps
 * its budget by itself, so its partner cannot have delayed one that did not complete. The kind of
 * failure is ignored, because a local activity's failure has another shape in a replay. Only orders
 * of earlier versions, without the marker, use it: they repeated checks after any failure but a
 * timeout.
 */
export const isMadeAgain = (checks: readonly Check[]): boolean => {
  const failed = checks.filter((check) => check.status === 'rejected');
  if (failed.length > 0 && !patched(missedChecksPatch)) {
    return failed.some(({ reason }) => !isTimeout(reason));
  }
  return checks.some((check) => check.status === 'rejected' || check.value.kind === 'not_made');
};
