import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../runtime/logger.js';

export interface Repetition {
  /** Pause between the end of one turn and the beginning of the next. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Told of each turn that failed; the next one tries again. */
  readonly onFault: (error: unknown) => void;
}

/** Does `work` at once and again after each pause, until the signal aborts. Never rejects. */
export const repeat = async (
  work: () => Promise<void>,
  { everyMs, signal, onFault }: Repetition,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      onFault(error);
    }
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
};

/**
 * An `onFault` that warns with `failed`. What fails while the process ends is no fault: its
 * connections are being closed.
 */
export const warnUnlessEnding =
  (
    { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
    failed: string,
    fields: Readonly<Record<string, string>> = {},
  ) =>
  (error: unknown): void => {
    if (!signal.aborted) logger.warn({ ...fields, err: error }, failed);
  };
