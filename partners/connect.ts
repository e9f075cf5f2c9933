import type { Socket } from 'node:net';
import { buildConnector, errors } from 'undici';
import { afterRunning } from './own-time.js';

/**
 * Opens connections within `connectMs`, or fails with `ConnectTimeoutError`. Undici's own limit has
 * a resolution of half a second, too coarse for 300 ms.
 */
export const connectWithin = (connectMs: number): buildConnector.connector => {
  const open = buildConnector({ timeout: 0 });
  return (options, callback) => {
    // Undici returns its socket here, which its types do not say.
    const socket = open(options, (...result) => {
      forget();
      callback(...result);
    }) as unknown as Socket;
    const fail = () => void socket.destroy(new errors.ConnectTimeoutError());
    const forget = afterRunning(connectMs, fail);
  };
};
