import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Client } from '@temporalio/client';
import { Histogram, Registry } from 'prom-client';
import { rehearsalOrder } from '../contracts/hbc/rehearsal-order.js';
import type { Unsaved } from '../db/unsaved.js';
import { untilSteady } from '../runtime/until-steady.js';
import { system } from '../services/context.js';
import { createKey } from '../services/keys.js';
import type { QueueState } from '../services/readiness.js';
import { rehearseOnce } from '../temporal/rehearsal.js';
import { createApp } from './app.js';
import { createDecidedAnswers } from './decided-answers.js';
import type { ApiDeps } from './deps.js';

const ignore = (): void => undefined;

/** The metrics of an app that nobody reads. */
const unread = (metrics: ApiDeps['metrics']): ApiDeps['metrics'] => ({
  ...metrics,
  registry: new Registry(),
  httpSeconds: new Histogram({
    name: 'rehearsed_seconds',
    help: 'Seconds taken by the requests of a rehearsal.',
    labelNames: ['route', 'method', 'status'],
    registers: [],
  }),
});

/** Posts an order and returns the status of the answer. */
const post = async (port: number, key: string, order: unknown): Promise<number | undefined> => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const options = { host: '127.0.0.1', port, path: '/transaction', method: 'POST', headers };
  const call = request(options).end(JSON.stringify(order));
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
};

/** Listens on a free port of the loop-back address. */
const listen = async (app: ReturnType<typeof createApp>) => {
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, close: () => server.close() };
};

export interface ApiRehearsal {
  readonly unsaved: Unsaved;
  readonly client: Client;
  readonly taskQueue: string;
  readonly queue: QueueState;
  readonly roundsMax: number;
}

/** Several times the usual duration of a run on a busy machine. */
const runMs = 1000;

/**
 * Has whichever worker polls answer as in the first decision of an order. Without a worker it
 * answers by itself: at the start of a whole installation the API is ready first.
 */
const createFirstDecision = ({ client, taskQueue, queue }: ApiRehearsal) => {
  let isServed = queue.kind === 'seen' && queue.polledAt !== undefined;
  const answered = { answer: '', inReview: false };
  return async () => {
    if (!isServed) return answered;
    try {
      await rehearseOnce(client, taskQueue, { worker: null }, runMs);
    } catch {
      isServed = false;
    }
    return answered;
  };
};

/**
 * Posts example orders to an app like the API's own until the time that they take is steady.
 * Nothing is stored, counted or reported. Returns the durations in milliseconds. Throws when a
 * round fails: then the first orders only take longer.
 */
export const rehearse = async (
  deps: ApiDeps,
  rehearsal: ApiRehearsal,
): Promise<readonly number[]> => {
  const { db, round, close } = rehearsal.unsaved;
  const app = createApp({
    ...deps,
    ...{ db, orderPool: db, metrics: unread(deps.metrics), alarm: ignore },
    logger: deps.logger.child({}, { level: 'silent' }),
    screening: { ...deps.screening, firstDecision: createFirstDecision(rehearsal) },
    // Hears no notice, so that no example is started like an order.
    decidedAnswers: createDecidedAnswers(),
  });
  const server = await listen(app);
  let rounds = 0;
  const postOne = async (): Promise<boolean> => {
    const key = await createKey({ db, actor: system, now: deps.now() }, { role: 'oms', name: '' });
    rounds += 1;
    const status = await post(server.port, key, { ...rehearsalOrder, groupId: String(rounds) });
    if (status !== 200) throw new Error(`a rehearsal was answered ${status}`);
    return true;
  };
  try {
    return await untilSteady(() => round(postOne), rehearsal.roundsMax);
  } finally {
    server.close();
    close();
  }
};
