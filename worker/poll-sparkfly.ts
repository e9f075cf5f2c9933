import type { Logger } from '../runtime/logger.js';
import { repeat, warnUnlessEnding } from './repeat.js';

/** A polling that somebody has ended is begun anew after this. */
const lookEveryMs = 60_000;

/**
 * Sees to it that Sparkfly's alerts are polled, until `signal` aborts. `start` is undefined when
 * Sparkfly is not configured: then its alerts come by push only.
 */
export const pollSparkfly = async (
  start: (() => Promise<void>) | undefined,
  parts: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> => {
  if (start === undefined) return;
  await repeat(start, {
    everyMs: lookEveryMs,
    signal: parts.signal,
    onFault: warnUnlessEnding(parts, 'the polling of Sparkfly could not be started'),
  });
};
