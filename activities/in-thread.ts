import { Context } from '@temporalio/activity';
import { withHeartbeats } from './heartbeats.js';

/** Short enough to meet the heartbeat timeout and to notice a cancellation soon. */
const heartbeatMs = 2000;

/**
 * Runs the work of an activity in another thread, which stops when the activity is cancelled. A
 * cancelled activity has not failed. Throws the reason of the cancellation, and what the work
 * throws.
 */
export const inThread = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const { cancellationSignal: signal } = Context.current();
  try {
    await withHeartbeats(() => work(signal), { everyMs: heartbeatMs });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
};
