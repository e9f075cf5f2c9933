import type { CallEntry, Entry, OmsEntry, OrderEntry } from '../../chaos/record.js';

type Outcome = 'accept' | 'reject';

/** The answer to an order, as its callers got it. */
export const answerOf = (orderId: string, recommendationCode: string): string =>
  JSON.stringify({ transactionId: `tx-${orderId}`, recommendationCode });

const call = (entry: Partial<CallEntry> & Pick<CallEntry, 'act' | 'subject'>): CallEntry => ({
  ...{ type: 'call', sentMs: 0, doneMs: 10, status: 200, body: '' },
  ...entry,
});

const posted = (orderId: string, code: string, more: Partial<CallEntry> = {}): CallEntry =>
  call({ act: 'post_order', subject: orderId, body: answerOf(orderId, code), ...more });

export const verdict = (
  orderId: string,
  name: string,
  outcome: Outcome,
  more: Partial<CallEntry> = {},
): CallEntry =>
  call({ act: 'verdict', subject: orderId, name, outcome, sentMs: 100, doneMs: 120, ...more });

/** A call to OMS about an order. */
export const settled = (
  orderId: string,
  outcome: Outcome,
  remarks: string,
  more: Partial<OmsEntry> = {},
): OmsEntry => {
  const action = outcome === 'accept' ? 'process' : 'cancel';
  const idempotencyKey = `s5a:${orderId}:1:${action}`;
  return {
    ...{ type: 'oms', atMs: 200, orderId, action, idempotencyKey, status: 200, outcome, remarks },
    ...more,
  };
};

const row = (action: string, outcome: string | null = null) => ({
  ...{ action, actor: 'system', outcome },
});

const ended = (
  orderId: string,
  code: string,
  status: string,
  actions: readonly string[],
  more: Partial<OrderEntry> = {},
): OrderEntry => ({
  ...{
    type: 'order',
    orderId,
    isPatient: true,
    known: true,
    transactionId: `tx-${orderId}`,
    status,
  },
  repeat: { status: 200, body: answerOf(orderId, code) },
  ...{ caseStatus: code === 'review' ? 'closed' : null, pendingDecision: false, evidence: 0 },
  scoredBySardine: true,
  audit: [row('decision.recorded', code), ...actions.map((action) => row(action))],
  labels: [],
  ...more,
});

const feedback = (orderId: string, about: 'end' | 'chargeback' = 'end'): Entry => ({
  ...{ type: 'feedback', about, transactionId: `tx-${orderId}` },
  ...{ feedbackId: `tx-${orderId}-${about}`, status: 200 },
});

/** The answer to an order that counts another one with the same card and goods. */
export const countingAnswerOf = (orderId: string): string =>
  answerOf(orderId, 'accept').replace('}', ',"rulesTripped":"R45:Split or repeated order:15;"}');

const activities = (member: string, count: number): Entry[] =>
  Array.from({ length: count }, (_, index) =>
    call({ act: 'activity', subject: member, name: `a-${member}-${index}` }),
  );

const reviewed = ['verdict.recorded', 'settlement.done'];

/** A record that keeps every promise; each order takes a different path. */
export const honestRecord = (): Entry[] => [
  { type: 'run', seed: 1, seconds: 1, startedAt: '2026-11-21T12:00:00.000Z', machine: 'test' },

  posted('accepted', 'accept', { status: null, body: '' }),
  posted('accepted', 'accept'),
  posted('accepted', 'accept', { replayed: true }),
  settled('accepted', 'accept', 'no rule tripped', { status: null }),
  settled('accepted', 'accept', 'no rule tripped', { status: 409 }),
  ended('accepted', 'accept', 'processed', ['settlement.done']),
  feedback('accepted'),

  posted('rivals', 'review'),
  verdict('rivals', 'v1', 'accept'),
  verdict('rivals', 'v2', 'reject', { status: 400 }),
  settled('rivals', 'accept', 'v1'),
  ended('rivals', 'review', 'processed', reviewed, { evidence: 1 }),
  call({ act: 'push', subject: 'rivals', name: 'push-1', status: null }),
  call({ act: 'push', subject: 'rivals', name: 'push-1' }),
  feedback('rivals'),

  posted('undone', 'review'),
  verdict('undone', 'v3', 'accept', { act: 'desk_decision', status: 202 }),
  call({ act: 'desk_undo', subject: 'undone', name: 'v3', sentMs: 130, doneMs: 140 }),
  verdict('undone', 'v4', 'reject', { sentMs: 150, doneMs: 170 }),
  settled('undone', 'reject', 'v4'),
  ended('undone', 'review', 'cancelled', reviewed),
  feedback('undone'),

  posted('withdrawn', 'review'),
  call({ act: 'withdrawal', subject: 'withdrawn' }),
  verdict('withdrawn', 'v5', 'accept', { status: 400 }),
  ended('withdrawn', 'review', 'withdrawn', ['transaction.withdrawn']),

  posted('refused', 'accept'),
  settled('refused', 'accept', 'no rule tripped', { status: 404 }),
  verdict('refused', 'v6', 'reject'),
  settled('refused', 'reject', 'v6'),
  ended('refused', 'accept', 'cancelled', ['settlement.refused', ...reviewed], {
    caseStatus: 'closed',
  }),
  feedback('refused'),

  posted('open', 'review'),
  ended('open', 'review', 'in_review', [], { caseStatus: 'open' }),

  posted('given-up', 'accept', { status: 503, body: '' }),
  ended('given-up', 'accept', 'unknown', [], {
    ...{ isPatient: false, known: false, repeat: null },
  }),

  call({ act: 'block', subject: 'blocked' }),
  posted('blocked', 'reject', { sentMs: 20, doneMs: 30 }),
  settled('blocked', 'reject', 'hard rule'),
  ended('blocked', 'reject', 'cancelled', ['settlement.done'], { labels: ['good-blocked'] }),
  feedback('blocked'),
  call({ act: 'label', subject: 'blocked', name: 'good-blocked', status: null }),
  call({ act: 'label', subject: 'blocked', name: 'good-blocked' }),

  posted('twin', 'accept', { body: countingAnswerOf('twin') }),
  settled('twin', 'accept', 'no rule tripped'),
  ended('twin', 'accept', 'processed', ['settlement.done'], {
    ...{ twinOf: 'accepted', labels: ['chargeback-twin'] },
    repeat: { status: 200, body: countingAnswerOf('twin') },
  }),
  feedback('twin'),
  call({ act: 'label', subject: 'twin', name: 'chargeback-twin' }),
  feedback('twin', 'chargeback'),

  posted('signalled', 'review'),
  verdict('signalled', 'v7', 'accept', { act: 'signal' }),
  verdict('signalled', 'v8', 'reject', { act: 'signal', sentMs: 130, doneMs: 140 }),
  settled('signalled', 'accept', 'v7'),
  ended('signalled', 'review', 'processed', reviewed),
  feedback('signalled'),

  call({ act: 'policy', subject: 'bay', name: 'first' }),
  call({ act: 'policy', subject: 'bay', name: 'second', sentMs: 20, doneMs: 30 }),
  { type: 'policy', banner: 'bay', note: 'second', versions: ['second', 'first'] },

  ...activities('1', 5),
  { type: 'alert', alertId: '1', member: '1', suppressed: 2, notified: true },
  { type: 'mail', messageId: '<m1@x>', alertId: '1' },
  { type: 'mail', messageId: '<m1@x>', alertId: '1' },
  ...activities('2', 2),

  call({ act: 'publication', subject: 'p1' }),
  { type: 'publication', note: 'p1', audited: 1 },

  { type: 'quiet', tookMs: 100, limitMs: 1000, left: [] },
];
