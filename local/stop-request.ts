import type { Environment } from '../runtime/env.js';

export interface StopRequest {
  /** Aborts when a stop was asked for. */
  readonly signal: AbortSignal;
  /** Resolves with who asked, in words. */
  readonly requested: Promise<string>;
}

/** npm passes on the Ctrl-C that the terminal sent as well: two signals for one press. */
const samePressMs = 500;
const parentPollMs = 500;

const signals = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM', SIGHUP: 'Terminal closed' } as const;

/**
 * Waits for Ctrl-C, SIGTERM, SIGHUP, or the end of the npm that started this process, which a
 * `kill -9` would otherwise hide. `onImpatience` is called when a second signal comes.
 */
export const watchForStop = (env: Environment, onImpatience: () => void): StopRequest => {
  const controller = new AbortController();
  let askedAt: number | undefined;
  const requested = new Promise<string>((resolve) => {
    const ask = (reason: string): void => {
      if (askedAt !== undefined) return;
      askedAt = Date.now();
      controller.abort();
      resolve(reason);
    };
    for (const [signal, reason] of Object.entries(signals)) {
      process.on(signal, () => {
        if (askedAt !== undefined && Date.now() - askedAt > samePressMs) onImpatience();
        ask(reason);
      });
    }
    // Only npm's `exec` line makes npm our parent; a shell that ends must not stop us.
    if (env['npm_lifecycle_event'] === undefined) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) ask('npm ended');
    }, parentPollMs).unref();
  });
  return { signal: controller.signal, requested };
};
