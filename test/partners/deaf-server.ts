import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Listens with the shortest possible queue, prints its port, and accepts no connection. */
const program = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** A queue of one takes two on Linux and a few more elsewhere. */
const fillers = 16;

/** An address where connections are neither accepted nor refused: the queue of its port is full. */
export const startDeafServer = async () => {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [port] = await once(child.stdout, 'data');
  const sockets: Socket[] = Array.from({ length: fillers }, () =>
    connect(Number(port), '127.0.0.1').on('error', () => undefined),
  );
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  await once(sockets[0] as Socket, 'connect');
  return { url: `http://127.0.0.1:${Number(port)}`, close };
};
