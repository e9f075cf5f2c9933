import type { Dispatcher } from 'undici';
import { PartnerFault } from './fault.js';
import type { Guard } from './guard.js';
import { getStatus } from './http.js';

/** A deep health page checks its own dependencies first, so it gets more time than a risk check. */
const healthMs = 2_000;

/**
 * Probes a partner's health page; any 2xx is healthy. Does nothing without a page, and never throws
 * for the partner's failures or a cancellation: the guard's report has the result.
 */
export const createHealthProbe =
  ({ agent, guard, url }: { agent: Dispatcher; guard: Guard; url: string | undefined }) =>
  async (signal: AbortSignal): Promise<void> => {
    if (url === undefined) return;
    try {
      await guard.probe(async () => {
        const { fault } = await getStatus({ agent, url, timeoutMs: healthMs, signal });
        if (fault !== undefined) throw fault;
      });
    } catch (error) {
      if (!(error instanceof PartnerFault) && !signal.aborted) throw error;
    }
  };
