import type { ServerResponse } from 'node:http';
import type { WireAnswer } from './fault-body.js';

/** A body of a few hundred bytes then takes minutes. */
const dripIntervalMs = 1000;

/** Resolves when the connection is closed. */
export const gone = (outgoing: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (outgoing.closed) resolve();
    else outgoing.once('close', resolve);
  });

/** Waits, but no longer than the connection is open. */
export const pause = async (outgoing: ServerResponse, delayMs: number): Promise<void> => {
  if (delayMs <= 0) return;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayMs);
  });
  await Promise.race([over, gone(outgoing)]);
  clearTimeout(timer);
};

/** Writes an answer without the web framework, which can neither drip nor send every status. */
export const send = async (outgoing: ServerResponse, answer: WireAnswer): Promise<void> => {
  if (outgoing.destroyed) return;
  outgoing.writeHead(answer.status, answer.headers);
  if (!answer.isDripping) {
    outgoing.end(answer.text);
    return;
  }
  for (const byte of Buffer.from(answer.text)) {
    if (outgoing.destroyed) return;
    outgoing.write(Buffer.of(byte));
    await pause(outgoing, dripIntervalMs);
  }
  outgoing.end();
};
