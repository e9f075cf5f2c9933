import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on loopback that can fail like a network. */
export interface Proxy {
  readonly port: number;
  /** Breaks every connection and refuses new ones. */
  readonly cut: () => Promise<void>;
  /** Accepts connections and bytes, and forwards nothing. */
  readonly hang: () => void;
  /** Ends either fault; hanging transfers continue where they stopped. */
  readonly heal: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Starts a proxy in front of `host:port`. `tap` is called for each connection and gets the bytes
 * that its client sends.
 */
export const startProxy = async (
  host: string,
  port: number,
  tap?: () => (chunk: Buffer) => void,
): Promise<Proxy> => {
  const sockets = new Set<Socket>();
  const waiting = new Set<Socket>();
  let isHanging = false;

  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket.on('data', (chunk) => other.write(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
    if (isHanging) socket.pause();
  };
  const join = (near: Socket) => {
    const far = connect({ host, port, noDelay: true });
    if (tap !== undefined) near.on('data', tap());
    keep(near, far);
    keep(far, near);
  };
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (near) => {
    if (isHanging) {
      near.on('error', () => undefined);
      waiting.add(near);
      return;
    }
    join(near);
    near.resume();
  });
  const listen = async (wanted: number) => {
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
  };
  const cut = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of [...sockets, ...waiting]) socket.destroy();
    waiting.clear();
    await closed;
  };

  await listen(0);
  const own = (server.address() as AddressInfo).port;
  return {
    port: own,
    cut,
    hang: () => {
      isHanging = true;
      for (const socket of sockets) socket.pause();
    },
    heal: async () => {
      isHanging = false;
      for (const near of waiting) join(near);
      waiting.clear();
      for (const socket of sockets) socket.resume();
      if (!server.listening) await listen(own);
    },
    close: cut,
  };
};
