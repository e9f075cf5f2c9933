import { get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ManagedProcess } from './managed-process.js';
import { StartFailure } from './start-failure.js';

/** Checks whether a part answers. A throw counts as "not yet". */
export type Probe = () => Promise<boolean>;

const probeTimeoutMs = 1000;
const pollMs = 25;

/** True when `GET url` answers 2xx within a second. */
export const httpProbe =
  (url: string): Probe =>
  () =>
    new Promise((resolve, reject) => {
      const options = { agent: false, signal: AbortSignal.timeout(probeTimeoutMs) };
      const call = get(url, options, (response) => {
        response.resume();
        const { statusCode = 0 } = response;
        resolve(statusCode >= 200 && statusCode < 300);
      });
      call.once('error', reject);
    });

/** True when a server accepts connections on the port. */
export const acceptsConnections = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: probeTimeoutMs });
    const end = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });

export interface ReadyOptions {
  readonly name: string;
  readonly process: ManagedProcess;
  readonly probe: Probe;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Resolves when the probe succeeds. If the process ends first, the timeout passes or `signal`
 * aborts, it stops the process and throws a `StartFailure` with its last lines.
 */
export const untilReady = async (options: ReadyOptions): Promise<void> => {
  const { name, process, probe, timeoutMs, signal } = options;
  const deadline = Date.now() + timeoutMs;
  let ended: string | undefined;
  void process.exited.then(({ reason }) => {
    ended = `${name} ended while it was starting (${reason})`;
  });
  for (;;) {
    const isReady = await probe().catch(() => false);
    if (isReady && ended === undefined) return;
    const problem =
      ended ??
      (signal?.aborted ? `${name} was stopped while it was starting` : undefined) ??
      (Date.now() > deadline ? `${name} did not answer within ${timeoutMs / 1000} s` : undefined);
    if (problem !== undefined) {
      await process.stop();
      throw new StartFailure(problem, process.lastLines().slice(-10));
    }
    await delay(pollMs);
  }
};
