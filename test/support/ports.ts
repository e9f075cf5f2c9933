import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the ports from which Linux (32768) and macOS (49152) serve outgoing connections and
// servers that listen on port 0: one of those could take the port while a process is restarted.
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
 * A port of loopback for a server that cannot take port 0, or that is to come back on the port
 * that it had. Never the same one twice in this process.
 */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < highest - lowest; tries += 1) {
    const port = next;
    next = next + 1 < highest ? next + 1 : lowest;
    if (await isFree(port)) return port;
  }
  throw new Error('no port of loopback is free');
};
