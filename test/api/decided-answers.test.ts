import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDecidedAnswers } from '../../api/decided-answers.js';
import { decidedChannel } from '../../db/decided-notices.js';
import { listenForNotices } from '../../db/listen.js';
import {
  announceDecision,
  type DecidedNotice,
  readDecidedNotice,
} from '../../services/transactions/decided-notices.js';
import { openDatabase } from '../services/database.js';
import { until } from '../support/until.js';

const late = { answer: '{"late":1}', inReview: false };
const never = () => new Promise<never>(() => undefined);
const payload = (id: string, letter = 's', answer = '{"a":1}') => `${id} ${letter} ${answer}`;

const setUp = ({ heard = false } = {}) => {
  const answers = createDecidedAnswers();
  if (heard) answers.noticed(payload('another'));
  const steps: string[] = [];
  /** A new order, by the steps that are given; the others do nothing. */
  const answerOf = (id: string, ways: Partial<Parameters<typeof answers.answerOf>[1]> = {}) =>
    answers.answerOf(id, {
      isNew: true,
      begin: async () => void steps.push('begin'),
      ask: async () => {
        steps.push('ask');
        return late;
      },
      ...ways,
    });
  return { answers, steps, answerOf };
};

describe('the answer of an order', () => {
  it('is that of its notice, which came before its workflow task ended', async () => {
    const { answers, answerOf } = setUp();
    const waiting = answerOf('one', { ask: never });
    answers.noticed(payload('one', 'r'));
    expect(await waiting).toMatchObject({ answer: '{"a":1}', inReview: true });
  });

  it('takes no more than a start while notices are heard', async () => {
    const { answers, steps, answerOf } = setUp({ heard: true });
    const waiting = answerOf('one');
    answers.noticed(payload('one'));
    expect(await waiting).toMatchObject({ answer: '{"a":1}' });
    expect(steps).toEqual(['begin']);
  });

  it('is asked for when its notice does not come, once its start is a second old', async () => {
    const { answers, steps, answerOf } = setUp({ heard: true });
    const beganMs = performance.now();
    expect(await answerOf('one')).toEqual(late);
    expect(performance.now() - beganMs).toBeGreaterThan(950);
    expect(steps).toEqual(['begin', 'ask']);
    expect(answers.areHeard()).toBe(false);
  });

  it('is asked for at once when the order is not new: its notice may have passed', async () => {
    const { answers, steps, answerOf } = setUp({ heard: true });
    expect(await answerOf('one', { isNew: false })).toEqual(late);
    expect(steps).toEqual(['ask']);
    expect(answers.areHeard()).toBe(true);
  });

  it("goes to each of its callers, and to no other order's", async () => {
    const { answers, answerOf } = setUp();
    const callers = [answerOf('one', { ask: never }), answerOf('one', { ask: never })];
    const other = answerOf('two');
    answers.noticed(payload('one'));
    expect((await Promise.all(callers)).map(({ answer }) => answer)).toEqual([
      '{"a":1}',
      '{"a":1}',
    ]);
    expect(await other).toEqual(late);
  });

  it.each([true, false])('is a fault when it cannot be decided; heard: %s', async (heard) => {
    const fails = () => Promise.reject(new Error('gone'));
    const failing = setUp({ heard }).answerOf('one', { begin: fails, ask: fails });
    await expect(failing).rejects.toThrow('gone');
  });

  it('stays the first when a fault follows', async () => {
    const { answers, answerOf } = setUp();
    let fail: (error: Error) => void = () => undefined;
    const ask = () =>
      new Promise<never>((_, reject) => {
        fail = reject;
      });
    const waiting = answerOf('one', { ask });
    answers.noticed(payload('one'));
    fail(new Error('too late'));
    expect(await waiting).toMatchObject({ answer: '{"a":1}' });
  });
});

describe('notices count as heard', () => {
  it('from the first one on, whatever its order, until the connection is lost', () => {
    const { answers } = setUp();
    expect(answers.areHeard()).toBe(false);
    answers.noticed(payload('of another API'));
    expect(answers.areHeard()).toBe(true);
    answers.lost();
    expect(answers.areHeard()).toBe(false);
  });

  it('not while the workflow is the first to answer, as behind a connection pooler', async () => {
    const { answers, answerOf } = setUp();
    await answerOf('one');
    expect(answers.areHeard()).toBe(false);
  });

  it('still when the workflow answers after the notice', async () => {
    const { answers, answerOf } = setUp();
    let decide: (given: typeof late) => void = () => undefined;
    const ask = () =>
      new Promise<typeof late>((resolve) => {
        decide = resolve;
      });
    const waiting = answerOf('one', { ask });
    answers.noticed(payload('one'));
    await waiting;
    decide(late);
    await new Promise(setImmediate);
    expect(answers.areHeard()).toBe(true);
  });
});

describe('a notice through Postgres', () => {
  let database: Awaited<ReturnType<typeof openDatabase>>;
  beforeAll(async () => {
    database = await openDatabase(2);
  });
  afterAll(() => database?.close());

  const heard = async (notices: readonly DecidedNotice[]): Promise<readonly string[]> => {
    const ending = new AbortController();
    const payloads: string[] = [];
    let isListening = false;
    const listening = listenForNotices(database.url, {
      channels: { [decidedChannel]: (text) => void payloads.push(text) },
      connected: () => {
        isListening = true;
      },
      signal: ending.signal,
    });
    await until('it listens', async () => isListening);
    for (const notice of notices) await announceDecision({ db: database.pool }, notice);
    await until('the last has come', async () => payloads.some((text) => text.startsWith('last')));
    ending.abort();
    await listening;
    return payloads;
  };

  const last = { transactionId: 'last', answer: '{}', inReview: false };

  it('carries the answer byte for byte', async () => {
    const answer = JSON.stringify({ remarks: 'Größe: 5 "€" \\ \n', rulesTripped: 'R01 | R02' });
    const notice = { transactionId: 'one', answer, inReview: true };
    const [text = ''] = await heard([notice, last]);
    expect(readDecidedNotice(text, () => true)).toEqual(notice);
    expect(readDecidedNotice(text, () => false)).toBeUndefined();
  });

  it('is not sent for an answer that is longer than Postgres takes', async () => {
    const long = { transactionId: 'long', answer: 'é'.repeat(3997), inReview: false };
    const fits = { ...long, transactionId: 'fits', answer: 'é'.repeat(3990) };
    const texts = await heard([long, fits, last]);
    expect(texts.map((text) => text.split(' ')[0])).toEqual(['fits', 'last']);
  });

  it('that is not one of ours is not read', () => {
    expect(readDecidedNotice('', () => true)).toBeUndefined();
  });
});
