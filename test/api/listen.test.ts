import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { ApiEnv } from '../../api/deps.js';
import { listen } from '../../api/listen.js';
import { freePort } from '../support/ports.js';
import { until } from '../support/until.js';

/** Sends one request. Returns the status, or `refused` when nobody accepts the connection. */
const ask = (port: number, agent: Agent) =>
  new Promise<number | 'refused'>((resolve, reject) => {
    const asked = request({ port, agent, host: '127.0.0.1' }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? resolve('refused') : reject(error),
    );
    asked.end();
  });

it('a stopping API answers what is under way and ends, though callers keep their connections busy', async () => {
  const app = new Hono<ApiEnv>().get('/', async (c) => {
    await pause(20);
    return c.text('answered');
  });
  const port = await freePort();
  const { server, close } = listen(app, { hostname: '127.0.0.1', port }, () => undefined);
  await once(server, 'listening');
  const agent = new Agent({ keepAlive: true });
  const answers: (number | 'refused')[] = [];
  const call = async () => {
    while (answers.at(-1) !== 'refused') answers.push(await ask(port, agent));
  };
  const calls = Array.from({ length: 4 }, call);
  await until('some are answered', async () => answers.length > 4);
  await close();
  await Promise.all(calls);
  agent.destroy();
  expect(new Set(answers)).toEqual(new Set([200, 'refused']));
});
