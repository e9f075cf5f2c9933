import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WireAnswer } from './fault-body.js';

/** All headers of a request: Node's own `headers` drop some repeated ones. */
export const headersOf = ({ rawHeaders }: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
};

/** As browsers and partners decode: without a byte order mark. */
const utf8 = new TextDecoder();

/**
 * The body of a request; undefined when it has more than `maxBytes`, whose rest is read and
 * dropped. Rejects when the client goes away.
 */
export const readText = (
  incoming: IncomingMessage,
  maxBytes: number,
): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) resolve(undefined);
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else resolve(undefined);
    });
    incoming.on('end', () => {
      const [first] = chunks;
      const whole = chunks.length === 1 ? first : Buffer.concat(chunks);
      resolve(utf8.decode(whole));
    });
    incoming.on('error', reject);
  });

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

/** Writes an answer; a whole one goes out in one piece, with its length. */
export const send = async (outgoing: ServerResponse, answer: WireAnswer): Promise<void> => {
  if (outgoing.destroyed) return;
  outgoing.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) outgoing.setHeader(name, value);
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
