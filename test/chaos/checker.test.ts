import { describe, expect, it } from 'vitest';
import { checkRecord } from '../../chaos/check/check.js';
import { createRecorder, type Entry, type OrderEntry } from '../../chaos/record.js';
import { answerOf, countingAnswerOf, honestRecord, settled, verdict } from './honest-record.js';

/** The promises that a record breaks, each with the order that it concerns, once each. */
const broken = (entries: readonly Entry[]) => [
  ...new Set(checkRecord(entries).map(({ rule, subject }) => `${rule}: ${subject}`)),
];

/** The honest record with one order's last state changed. */
const withOrder = (orderId: string, change: Partial<OrderEntry>): Entry[] =>
  honestRecord().map((entry) =>
    entry.type === 'order' && entry.orderId === orderId ? { ...entry, ...change } : entry,
  );

const without = (isGone: (entry: Entry) => boolean): Entry[] => {
  const all = honestRecord();
  const left = all.filter((entry) => !isGone(entry));
  expect(left.length).toBeLessThan(all.length);
  return left;
};

const auditOf = (orderId: string): OrderEntry['audit'] => {
  const order = honestRecord().find((one) => one.type === 'order' && one.orderId === orderId);
  return order?.type === 'order' ? order.audit : [];
};

/** The trace of each planted fault of the product in a record, and the promise that it breaks. */
const mutants: Record<string, readonly [record: () => Entry[], expected: string]> = {
  'OMS is called without an idempotency key and acts twice': [
    () => [...honestRecord(), settled('rivals', 'accept', 'v1')],
    'one-settlement: rivals',
  ],
  'a second try has a key of its own': [
    () => [
      ...honestRecord(),
      settled('rivals', 'accept', 'v1', { status: 503, idempotencyKey: 'other:process' }),
    ],
    'one-settlement: rivals',
  ],
  'the decision is stored after the answer, and a crash in between loses it': [
    () => withOrder('accepted', { known: false, repeat: null }),
    'answer-kept: accepted',
  ],
  'the decision is stored after the answer, and is rebuilt from the workflow': [
    () =>
      withOrder('accepted', {
        audit: [
          ...auditOf('accepted'),
          { action: 'order.rebuilt', actor: 'system', outcome: null, before: 'deciding' },
        ],
      }),
    'stored-first: accepted',
  ],
  'a decision that is computed again overrides the answer that was given': [
    () => withOrder('rivals', { repeat: { status: 200, body: answerOf('rivals', 'accept') } }),
    'answer-kept: rivals',
  ],
  'two callers of one order get different answers': [
    () => [
      ...honestRecord(),
      {
        ...{ type: 'call', act: 'post_order', subject: 'accepted', sentMs: 50, doneMs: 60 },
        ...{ status: 200, body: answerOf('accepted', 'review') },
      },
    ],
    'same-answer: accepted',
  ],
  'an order is decided twice': [
    () =>
      withOrder('accepted', {
        audit: [...auditOf('accepted'), { action: 'decision.recorded', actor: '', outcome: null }],
      }),
    'one-decision: accepted',
  ],
  'a signal overrides the verdict that came before it': [
    () => [
      ...honestRecord(),
      verdict('undone', 'v9', 'accept', { act: 'signal', sentMs: 300, doneMs: 310 }),
      settled('undone', 'accept', 'v9', { status: 422 }),
    ],
    'never-both: undone',
  ],
  'two people get a yes for opposite verdicts': [
    () => [...honestRecord(), verdict('rivals', 'v9', 'reject')],
    'verdict-acts: rivals',
  ],
  'a later verdict acts in place of the one that was taken': [
    () => [
      ...without((one) => one.type === 'oms' && one.orderId === 'rivals'),
      verdict('rivals', 'v9', 'accept', { sentMs: 500, doneMs: 510 }),
      settled('rivals', 'accept', 'v9'),
    ],
    'verdict-acts: rivals',
  ],
  'a decision that was undone acts': [
    () => [
      ...without((one) => one.type === 'oms' && one.orderId === 'undone'),
      settled('undone', 'accept', 'v3'),
    ],
    'verdict-acts: undone',
  ],
  'the settlement follows the memory of a reset workflow, not the stored verdict': [
    () => [...honestRecord(), settled('rivals', 'reject', 'v2', { status: 422 })],
    'never-both: rivals',
  ],
  'the settlement of an automatic accept is a cancel': [
    () => [
      ...without((one) => one.type === 'oms' && one.orderId === 'accepted'),
      settled('accepted', 'reject', 'no rule tripped'),
    ],
    'settled-as-answered: accepted',
  ],
  'a withdrawn order is settled': [
    () => [...honestRecord(), settled('withdrawn', 'accept', 'v5')],
    'settled-as-stored: withdrawn',
  ],
  'a consumer skips an event that commits late: an activity does not count': [
    () => honestRecord().map((one) => (one.type === 'alert' ? { ...one, suppressed: 1 } : one)),
    'event-once: member 1',
  ],
  'a consumer skips an event that commits late: Sardine never hears the end': [
    () => without((one) => one.type === 'feedback' && one.transactionId === 'tx-undone'),
    'event-once: undone',
  ],
  'an event is consumed twice: an activity counts twice': [
    () => honestRecord().map((one) => (one.type === 'alert' ? { ...one, suppressed: 3 } : one)),
    'event-once: member 1',
  ],
  'an event is consumed twice: a push is evidence twice': [
    () => withOrder('rivals', { evidence: 2 }),
    'event-once: rivals',
  ],
  'no instant is fixed: a repeat after a restart counts other orders and answers differently': [
    () => withOrder('undone', { repeat: { status: 200, body: answerOf('undone', 'reject') } }),
    'answer-kept: undone',
  ],
  'no instant is fixed: of two orders that are alike, the earlier one counts the later one too': [
    () => withOrder('accepted', { repeat: { status: 200, body: countingAnswerOf('accepted') } }),
    'fixed-instant: twin',
  ],
  'a later signal acts in place of the first': [
    () => [
      ...without((one) => one.type === 'oms' && one.orderId === 'signalled'),
      settled('signalled', 'reject', 'v8'),
    ],
    'verdict-acts: signalled',
  ],
  'a label that was answered is gone': [
    () => withOrder('twin', { labels: [] }),
    'label-once: twin',
  ],
  'a label counts twice': [
    () => withOrder('blocked', { labels: ['good-blocked', 'good-blocked'] }),
    'label-once: blocked',
  ],
  'Sardine never hears of a chargeback': [
    () => without((one) => one.type === 'feedback' && one.about === 'chargeback'),
    'event-once: twin',
  ],
  'an order that is on the block list is accepted': [
    () =>
      honestRecord().map((one) =>
        one.type === 'call' && one.act === 'post_order' && one.subject === 'blocked'
          ? { ...one, body: answerOf('blocked', 'accept') }
          : one,
      ),
    'list-acts: blocked',
  ],
  'an earlier policy is in force': [
    () => honestRecord().map((one) => (one.type === 'policy' ? { ...one, note: 'first' } : one)),
    'policy-in-force: policy of bay',
  ],
  'an alert is never mailed': [
    () => without(({ type }) => type === 'mail'),
    'event-once: member 1',
  ],
  'an act has no audit row': [
    () => withOrder('accepted', { audit: auditOf('accepted').slice(0, 1) }),
    'audit-whole: accepted',
  ],
  'a publication that was answered is gone': [
    () => without(({ type }) => type === 'publication'),
    'audit-whole: publication p1',
  ],
  'an order makes no progress': [
    () => [
      ...without((one) => one.type === 'quiet'),
      { type: 'quiet', tookMs: 2000, limitMs: 1000, left: ['1 orders settling'] },
    ],
    'progress: the run',
  ],
  'an order is refused for ever': [
    () => withOrder('given-up', { isPatient: true }),
    'progress: given-up',
  ],
  'an order stays undecided': [
    () => withOrder('open', { status: 'deciding', audit: [] }),
    'progress: open',
  ],
  'a review has no open case': [
    () => withOrder('open', { caseStatus: 'closed' }),
    'progress: open',
  ],
  'a verdict that was taken is forgotten, and the review goes on': [
    () => [...honestRecord(), verdict('open', 'v9', 'accept')],
    'verdict-acts: open',
  ],
  'a decision at the desk is never applied': [
    () => withOrder('open', { pendingDecision: true }),
    'progress: open',
  ],
};

it('two acts of one caller within a millisecond keep their order', async () => {
  // It writes nothing before its first entry.
  const { now } = createRecorder('unwritten.jsonl');
  const doneMs = now();
  await new Promise((resolve) => void setImmediate(resolve));
  expect(now()).toBeGreaterThan(doneMs);
});

describe('the checker of chaos runs', () => {
  it('finds nothing in a record that keeps every promise', () => {
    expect(checkRecord(honestRecord())).toEqual([]);
  });

  it.each(Object.entries(mutants))('notices: %s', (_name, [record, expected]) => {
    expect(broken(record())).toContain(expected);
  });

  it('notices a run that was not looked at after the storm', () => {
    expect(broken(without(({ type }) => type === 'order')).length).toBeGreaterThan(5);
  });
});
