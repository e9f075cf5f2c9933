import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedOrder } from '../api/seed.js';
import type { ConsoleClient } from '../support/console-client.js';
import { until } from '../support/until.js';
import { type Desk, startDesk } from './desk.js';

let desk: Desk;
let reviewer: ConsoleClient;

beforeAll(async () => {
  desk = await startDesk();
  reviewer = await desk.signedIn();
});
afterAll(() => desk?.stop());

interface Told {
  readonly event: string;
  readonly data: string;
}

/** Listens as a browser does. `told` grows; `ended` resolves when the stream is over. */
const listenIn = async (browser: ConsoleClient) => {
  const answer = await browser.get('/console/live', { accept: 'text/event-stream' });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const told: Told[] = [];
  const read = async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(message)?.[1];
        told.push({ event: field('event') ?? 'beat', data: field('data') ?? '' });
      }
    }
  };
  const ended = read();
  await until('ready', async () => told.some(({ event }) => event === 'ready'));
  return { told, ended, cancel: () => answer.body?.cancel() };
};

const caseOf = async (transactionId: string): Promise<string> => {
  const { rows } = await desk.api.pool.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  return rows[0]?.case_id ?? '';
};

it('tells each listener of a new case and of a change, though a transaction commits late', async () => {
  const known = await seedOrder(desk.api);
  const [one, two] = [await listenIn(reviewer), await listenIn(await desk.signedIn())];
  // The hub must have begun: what happened before a page was shown is on the page.
  const first = await caseOf(await seedOrder(desk.api));
  await until('a new case', async () => one.told.some(({ data }) => data.includes(first)));
  const slow = new pg.Client({ connectionString: desk.api.databaseUrl });
  await slow.connect();
  await slow.query('begin');
  await slow.query(
    `insert into order_events (transaction_id, kind, at) values ($1, 'escalated', now())`,
    [known],
  );
  const later = await caseOf(await seedOrder(desk.api));
  await until('a later one', async () => one.told.some(({ data }) => data.includes(later)));
  await slow.query('commit');
  await slow.end();
  const changed = JSON.stringify({ [await caseOf(known)]: ['escalated'] });
  for (const { told } of [one, two]) {
    const isTold = ({ event, data }: Told) => event === 'changed' && data === changed;
    await until('the late change', async () => told.some(isTold));
    expect(told.filter(({ event, data }) => event === 'new' && data.includes(later))).toHaveLength(
      1,
    );
  }
});

it('needs a session of somebody who may read cases', async () => {
  const operator = await desk.signedIn('operator');
  expect((await operator.get('/console/live')).status).toBe(403);
  const stranger = await fetch(`${desk.url}/console/live`, {
    headers: { accept: 'text/event-stream' },
  });
  expect(stranger.status).toBe(401);
});

it('ends every stream at once when the process stops, and takes no further one', async () => {
  const { ended } = await listenIn(reviewer);
  desk.live.close();
  await ended;
  expect((await reviewer.get('/console/live')).status).toBe(503);
});
