import { Context } from '@temporalio/activity';

/**
 * Reports to Temporal every `everyMs`, until the work ends, that this worker is still alive.
 * `details` is what the next attempt gets. Throws what the work throws.
 */
export const withHeartbeats = async <T>(
  work: () => Promise<T>,
  { everyMs, details }: { readonly everyMs: number; readonly details?: () => unknown },
): Promise<T> => {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(details?.()), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
};
