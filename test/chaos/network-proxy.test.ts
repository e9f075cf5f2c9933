import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type NetworkProxy, startNetworkProxy } from '../../chaos/network-proxy.js';

let server: Server;
let proxy: NetworkProxy;
const heard: string[] = [];

/** Echoes what it gets. */
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard.push(String(chunk));
      socket.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startNetworkProxy((server.address() as AddressInfo).port);
});

afterEach(() => {
  proxy.heal();
  heard.length = 0;
});

afterAll(async () => {
  await proxy.close();
  server.close();
});

const open = async (): Promise<{ socket: Socket; got: () => string; closed: Promise<unknown> }> => {
  const socket = connect({ host: '127.0.0.1', port: proxy.port, noDelay: true });
  const chunks: string[] = [];
  socket.on('data', (chunk) => chunks.push(String(chunk)));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await Promise.race([once(socket, 'connect').catch(() => undefined), closed]);
  return { socket, got: () => chunks.join(''), closed };
};

const echoed = async (text: string): Promise<string> => {
  const { socket, got } = await open();
  for (const letter of text) socket.write(letter);
  while (got().length < text.length) await once(socket, 'data');
  socket.destroy();
  return got();
};

it('forwards bytes in their order, also while the delay changes', async () => {
  const { socket, got } = await open();
  const text = 'abcdefghij';
  for (const [index, letter] of Array.from(text).entries()) {
    proxy.delay(index % 3 === 0 ? 40 : 0);
    socket.write(letter);
    await new Promise(setImmediate);
  }
  while (got().length < text.length) await once(socket, 'data');
  expect(got()).toBe(text);
  socket.destroy();
});

it('delivers a request and cuts its answer off, and is whole again once healed', async () => {
  proxy.cutAnswers();
  const { socket, got, closed } = await open();
  socket.write('a request');
  await closed;
  expect(heard.join('')).toBe('a request');
  expect(got().length).toBeLessThan('a request'.length);
  proxy.heal();
  expect(await echoed('again')).toBe('again');
});

it('breaks connections and refuses new ones until it is healed', async () => {
  const before = await open();
  proxy.refuse();
  await before.closed;
  const { closed } = await open();
  await closed;
  proxy.heal();
  expect(await echoed('again')).toBe('again');
});

it('forwards what came while it was hanging, once it is healed', async () => {
  const { socket, got } = await open();
  proxy.hang();
  socket.write('held');
  await new Promise(setImmediate);
  expect(heard).toEqual([]);
  proxy.heal();
  while (got().length < 4) await once(socket, 'data');
  expect(got()).toBe('held');
  socket.destroy();
});
