import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../runtime/logger.js';

export interface Repetition {
  /** The pause between two turns. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Called for each failed turn; the next turn tries again. */
  readonly onFault: (error: unknown) => void;
}

/** Runs `work` at once and after each pause, until the signal aborts. Never rejects. */
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
 * An `onFault` that logs `failed` as a warning. It ignores failures during shutdown: connections
 * are being closed.
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
