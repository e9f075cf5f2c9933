import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the ephemeral ports of Linux (from 32768) and macOS (from 49152): an outgoing connection or
// a server on port 0 could take one of those while a process restarts.
const lowest = 12_000;
const highest = 32_000;

let next = randomInt(lowest, highest);

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/**
 * A loopback port for a server that cannot use port 0, or that must restart on its port. Never
 * returns the same one twice in this process.
 */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < highest - lowest; tries += 1) {
    const port = next;
    next = next + 1 < highest ? next + 1 : lowest;
    if (await isFree(port)) return port;
  }
  throw new Error('no port of loopback is free');
};

/** A different free port for each name. */
export const freePorts = async <N extends string>(
  names: readonly N[],
): Promise<Readonly<Record<N, number>>> => {
  const ports: [name: N, port: number][] = [];
  for (const name of names) ports.push([name, await freePort()]);
  return Object.fromEntries(ports) as Record<N, number>;
};
