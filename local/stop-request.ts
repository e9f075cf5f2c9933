import type { Environment } from '../runtime/env.js';

export interface StopRequest {
  /** Aborts when a stop is requested. */
  readonly signal: AbortSignal;
  /** Resolves with the origin of the request, in words. */
  readonly requested: Promise<string>;
}

/** npm forwards the Ctrl-C that the terminal also sends: two signals for one key press. */
const samePressMs = 500;
const parentPollMs = 500;

const signals = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM', SIGHUP: 'Terminal closed' } as const;

/**
 * Waits for Ctrl-C, SIGTERM, SIGHUP, or the end of the npm process that started this one, which a
 * `kill -9` would otherwise hide. Calls `onImpatience` on a second signal.
 */
export const watchForStop = (env: Environment, onImpatience: () => void): StopRequest => {
  const controller = new AbortController();
  let requestedAt: number | undefined;
  const requested = new Promise<string>((resolve) => {
    const request = (reason: string): void => {
      if (requestedAt !== undefined) return;
      requestedAt = Date.now();
      controller.abort();
      resolve(reason);
    };
    for (const [signal, reason] of Object.entries(signals)) {
      process.on(signal, () => {
        if (requestedAt !== undefined && Date.now() - requestedAt > samePressMs) onImpatience();
        request(reason);
      });
    }
    // Only under npm's `exec` is npm the parent; a shell that ends must not stop this process.
    if (env['npm_lifecycle_event'] === undefined) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) request('npm ended');
    }, parentPollMs).unref();
  });
  return { signal: controller.signal, requested };
};
