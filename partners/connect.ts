import type { Socket } from 'node:net';
import { buildConnector, errors } from 'undici';
import { afterRunning } from './own-time.js';

/**
 * Opens connections that are there within `connectMs` or fail with `ConnectTimeoutError`. Undici's
 * own limit keeps time in steps of half a second, which is too coarse for one of 300 ms.
 */
export const connectWithin = (connectMs: number): buildConnector.connector => {
  const open = buildConnector({ timeout: 0 });
  return (options, callback) => {
    // It gives back its socket, which its types do not say.
    const socket = open(options, (...result) => {
      forget();
      callback(...result);
    }) as unknown as Socket;
    const fail = () => void socket.destroy(new errors.ConnectTimeoutError());
    const forget = afterRunning(connectMs, fail);
  };
};
