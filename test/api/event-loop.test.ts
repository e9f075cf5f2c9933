import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestStretchMs, longestStretchMs, ownCpuMs } from '../support/longest-stretch.js';
import {
  bodyBytesMax,
  largestOrder,
  strangeBodies,
  textOf,
  units,
  wrongOrders,
} from '../support/large-bodies.js';
import { keys } from '../support/stack.js';
import { until } from '../support/until.js';
import { type Api, startApi } from './server.js';

/** How long one request may block the event loop, whatever it contains. */
const limitMs = 50;

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly body: string;
  readonly type?: string;
}

/** Sends a body and drops the answer, so that this process does little besides the API's work. */
const send = ({ method = 'POST', path, body, type = 'application/json' }: Sent) =>
  new Promise<number>((resolve, reject) => {
    const bytes = Buffer.from(body);
    const headers = {
      authorization: `Bearer ${keys.admin}`,
      'content-type': type,
      'content-length': bytes.length,
    };
    const asked = request(`${api.url}${path}`, { agent: false, method, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.on('error', reject);
    asked.end(bytes);
  });

/** The stretches that are too long, by what was sent. */
const tooLong: string[] = [];

const hold = async (
  name: string,
  sent: () => Sent,
  statuses: readonly number[],
  { runs = 5, done = () => Promise.resolve() } = {},
) => {
  let status = 0;
  const work = async () => {
    status = await send(sent());
    await done();
  };
  const ms = await bestStretchMs(work, { limitMs, runs });
  expect(statuses, name).toContain(status);
  if (ms > limitMs) tooLong.push(`${name}: ${ms.toFixed(0)} ms`);
};

const expectShort = () => expect(tooLong.splice(0)).toEqual([]);

it('too long a stretch is detected', async () => {
  const busy = async () => {
    await new Promise(setImmediate);
    const sinceMs = ownCpuMs();
    while (ownCpuMs() - sinceMs < 2 * limitMs);
  };
  expect(await longestStretchMs(busy)).toBeGreaterThan(limitMs);
});

describe('no request holds the event loop of the API for longer than 50 ms', () => {
  it('no unexpected body, whatever the route', async () => {
    const routes = new Set(
      api.routes
        .filter(({ method, path }) => /^(POST|PUT|DELETE)$/.test(method) && !path.includes('*'))
        .map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, randomUUID())}`),
    );
    expect(routes.size).toBeGreaterThan(25);
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      for (const [name, body] of Object.entries(strangeBodies)) {
        await hold(`${route}, ${name}`, () => ({ method, path, body }), [200, 400, 404, 415]);
      }
    }
    await hold('no route', () => ({ path: '/x', body: textOf('1', bodyBytesMax) }), [404]);
    expectShort();
  });

  it('no order that is refused', async () => {
    for (const [name, body] of Object.entries(wrongOrders)) {
      await hold(name, () => ({ path: '/transaction', body }), [400]);
    }
    expectShort();
  });

  it('no file and no push, as large as they may be', async () => {
    const csv = { type: 'text/csv' };
    const labels = { ...csv, path: '/v1/labels/import' };
    const lists = { ...csv, path: '/v1/lists/block/import' };
    const short = `kind,transaction_id\n${'x\n'.repeat(500_000)}`;
    await hold('labels in short lines', () => ({ ...labels, body: short }), [400]);
    const none = `kind,value,reason\n${'\n'.repeat(1_000_000)}`;
    await hold('a list in empty lines', () => ({ ...lists, body: none }), [200]);
    let file = 0;
    const entries = () => {
      file += 1;
      const lines = Array.from(
        { length: 10_000 },
        (_, line) => `email,m${file}-${line}@a.example,why`,
      );
      return `kind,value,reason\n${lines.join('\n')}\n`;
    };
    await hold('a list in ten thousand lines', () => ({ ...lists, body: entries() }), [200], {
      runs: 2,
    });
    const path = '/api/push/suspected-fraud';
    const digits = JSON.stringify({ a: textOf(units.digits, 1_000_000) });
    await hold('a push of digits', () => ({ path, body: digits }), [200]);
    const texts = JSON.stringify({ a: Array(250).fill(textOf(units.ones, 4000)) });
    await hold('a push of texts', () => ({ path, body: texts }), [200]);
    const levels = `${'{"metadata":'.repeat(31)}"${textOf('x', 4000)}"${'}'.repeat(31)}`;
    await hold('a push of nested metadata', () => ({ path, body: levels }), [200]);
    expectShort();
  });

  it('no order, as large as one may be', async () => {
    let orders = 0;
    // No worker decides here: a stored order shows that the work was done.
    const done = async () => {
      orders += 1;
      await until('the order is stored', async () => {
        const { rows } = await api.pool.query('select 1 from transactions');
        return rows.length >= orders;
      });
    };
    for (const [name, unit] of Object.entries({ digits: units.digits, words: units.words })) {
      const sent = () => ({ path: '/transaction', body: JSON.stringify(largestOrder(unit)) });
      const bodies = [sent(), sent()];
      await hold(name, () => bodies.pop() ?? sent(), [503], { done });
    }
    expectShort();
  });
});
