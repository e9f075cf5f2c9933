import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const host = '127.0.0.1';

/** A TCP proxy on loopback that fails like a network. */
export interface NetworkProxy {
  readonly port: number;
  /** Breaks every connection and refuses new ones, until `heal`. */
  readonly refuse: () => void;
  /** Accepts connections and forwards nothing, until `heal`. */
  readonly hang: () => void;
  /** Forwards each piece of data this much later, until `heal`. */
  readonly delay: (ms: number) => void;
  /** Forwards requests and drops the connection instead of each answer, until `heal`. */
  readonly cutAnswers: () => void;
  /** Breaks every connection once. */
  readonly reset: () => void;
  readonly heal: () => void;
  readonly close: () => Promise<void>;
}

type Mode = 'forward' | 'refuse' | 'hang' | 'cut';

interface State {
  readonly sockets: Set<Socket>;
  mode: Mode;
  delayMs: number;
}

/** Passes on what comes from one side, as the mode says. */
const forward = (state: State, from: Socket, to: Socket, isAnswer: boolean): void => {
  const waiting: (() => void)[] = [];
  // Pieces leave in the order in which they came, whatever the delay was meanwhile.
  const pass = (step: () => void) => {
    if (state.delayMs === 0 && waiting.length === 0) return step();
    waiting.push(step);
    setTimeout(() => waiting.shift()?.(), state.delayMs);
  };
  state.sockets.add(from);
  from.on('data', (chunk: Buffer) => {
    if (isAnswer && state.mode === 'cut') {
      // A prefix that is no whole answer, and then the end.
      to.write(chunk.subarray(0, Math.min(8, chunk.length - 1)), () => to.resetAndDestroy());
      from.destroy();
      return;
    }
    pass(() => to.write(chunk));
  });
  from.on('error', () => undefined);
  from.on('close', () => {
    state.sockets.delete(from);
    pass(() => to.destroy());
  });
  if (state.mode === 'hang') from.pause();
};

/** Starts a proxy before a port of loopback. */
export const startNetworkProxy = async (target: number): Promise<NetworkProxy> => {
  const state: State = { sockets: new Set(), mode: 'forward', delayMs: 0 };
  const { sockets } = state;
  const breakAll = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const server = createServer({ noDelay: true }, (near) => {
    if (state.mode === 'refuse') {
      near.on('error', () => undefined);
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host, port: target, noDelay: true });
    forward(state, near, far, false);
    forward(state, far, near, true);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    refuse: () => {
      state.mode = 'refuse';
      breakAll();
    },
    hang: () => {
      state.mode = 'hang';
      for (const socket of sockets) socket.pause();
    },
    delay: (ms) => {
      state.delayMs = ms;
    },
    cutAnswers: () => {
      state.mode = 'cut';
    },
    reset: breakAll,
    heal: () => {
      state.mode = 'forward';
      state.delayMs = 0;
      for (const socket of sockets) socket.resume();
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      breakAll();
      await closed;
    },
  };
};
