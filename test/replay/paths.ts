import type { WorkflowHandle } from '@temporalio/client';
import type { z } from 'zod';
import type { Policy } from '../../contracts/policy.js';
import type { VotingPartner } from '../../contracts/voting-partners.js';
import type { ReviewPolicy } from '../../workflows/order/messages.js';
import { finishedTasks, resetIntoReview, resetWorkflow } from '../support/reset.js';
import { until } from '../support/until.js';
import type { Stall } from './stall.js';

/** One path that an order can take. */
export interface Path {
  readonly name: string;
  readonly tags?: string;
  readonly overrides?: Record<string, unknown>;
  readonly review?: Partial<ReviewPolicy>;
  /** The banner's policy while this order runs; the default one when not given. */
  readonly policy?: z.input<typeof Policy>;
  /** Faults of simulators while this order runs, by partner. */
  readonly faults?: Record<string, unknown>;
  /** The partners that the order asks; Sardine and Yleo when not given. */
  readonly partners?: readonly VotingPartner[];
  /** The caller gets the answer by a notice, so the order may be settled in the same task. */
  readonly answeredByNotice?: boolean;
  /** Tables that are locked while the order is being answered. */
  readonly stalls?: readonly Stall[];
  /** Kills the worker this long after the first lock; its work starts over. */
  readonly workerLostAfterMs?: number;
  /** What people do after the first decision; `begin` starts the workflow again. */
  readonly act?: (handle: WorkflowHandle, begin: () => Promise<void>) => Promise<unknown>;
  /** Where the recording stops; by default when the workflow has ended. */
  readonly until?: (handle: WorkflowHandle) => Promise<boolean>;
}

const verdict = (recommendationCode: 'accept' | 'reject', round = 0) => ({
  recommendationCode,
  reviewer: 'reviewer:recording',
  remarks: 'recorded',
  round,
});
const byUpdate =
  (code: 'accept' | 'reject', round = 0) =>
  (handle: WorkflowHandle) =>
    handle.executeUpdate('submitDecision', { args: [verdict(code, round)] });
const bySignal = (code: 'accept' | 'reject') => (handle: WorkflowHandle) =>
  handle.signal('decision', { recommendationCode: code });
const isRejectedByOms = async (handle: WorkflowHandle) =>
  (await handle.query<{ status: string }>('state')).status === 'oms_rejected';
const afterRefusal = (code: 'accept' | 'reject') => async (handle: WorkflowHandle) => {
  await until('OMS has refused', () => isRejectedByOms(handle));
  await byUpdate(code, 1)(handle);
};
export const hasEnded = async (handle: WorkflowHandle) =>
  (await handle.describe()).status.name === 'COMPLETED';
const failing = (times: number) => ({ times, status: 500 });
const missingOf = async (handle: WorkflowHandle): Promise<number> => {
  const { votes } = await handle.query<{ votes: { label: string }[] }>('state');
  return votes.filter(({ label }) => label.startsWith('unavailable')).length;
};
const isAskingAgain = async (handle: WorkflowHandle): Promise<boolean> => {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).some(({ activityType }) =>
    activityType?.name?.endsWith('Again'),
  );
};
const refuseOnce = { oms: { times: 1, status: 422 } };
const localReject = {
  orderTotal: 9000,
  creditCard: { avsResponse: 'G', billingAddress: { country: 'FR' }, expiryDate: '01-20' },
};

/** Longer than two heartbeats of a workflow task, which come every 4 s. */
const longMs = 9000;

/** Each lock in turn holds a step of the answer up beyond the heartbeat of its workflow task. */
const stalledPaths: readonly Path[] = [
  ...['list_entries', 'decisions', 'partner_answers', 'sardine_customers', 'order_history'].map(
    (table) => ({
      name: `stalled-${table.replaceAll('_', '-')}`,
      tags: '+sardine-high',
      stalls: [{ table, forMs: longMs }],
      act: byUpdate('accept'),
    }),
  ),
  {
    name: 'stalled-score-then-decision',
    tags: '+sardine-high',
    stalls: [
      { table: 'list_entries', forMs: 6000 },
      { table: 'decisions', forMs: 6000 },
    ],
    act: byUpdate('accept'),
  },
  {
    name: 'stalled-answers-then-score',
    stalls: [
      { table: 'partner_answers', forMs: 6000 },
      { table: 'list_entries', forMs: 6000 },
    ],
  },
  {
    name: 'stalled-with-silent-partners',
    faults: { yleo: { connection: 'hang' }, sardine: { connection: 'hang' } },
    stalls: [{ table: 'list_entries', forMs: longMs }],
    act: byUpdate('reject'),
  },
  {
    name: 'stalled-beyond-local-tries',
    stalls: [{ table: 'list_entries', forMs: 20_000 }],
  },
  {
    name: 'stalled-and-worker-lost',
    tags: '+sardine-high',
    stalls: [{ table: 'list_entries', forMs: 14_000 }],
    workerLostAfterMs: 5000,
    act: byUpdate('accept'),
  },
];

/** Orders that may be settled in the workflow task of their decision. */
const atOncePaths: readonly Path[] = [
  { name: 'at-once-processed' },
  { name: 'at-once-cancelled', tags: '+yleo-declined' },
  {
    name: 'at-once-unavailable-then-settled',
    faults: { oms: { times: 2, status: 503, retryAfter: '1' } },
  },
  { name: 'at-once-refused-then-rejected', faults: refuseOnce, act: afterRefusal('reject') },
  {
    name: 'at-once-in-an-outage-then-asked-again',
    faults: { yleo: failing(3), sardine: failing(2) },
    policy: { outage: { maxAutoAccept: 1_000_000 } },
  },
  { name: 'at-once-not-for-a-review', tags: '+yleo-review', act: byUpdate('accept') },
].map((path) => ({ ...path, answeredByNotice: true }));

/** Every path of the workflow; each has at least one recorded history. */
export const paths: readonly Path[] = [
  { name: 'accept' },
  { name: 'reject', tags: '+yleo-declined' },
  { name: 'local-reject', overrides: localReject },
  {
    name: 'partner-outage-review-accept',
    faults: { yleo: { status: 500 } },
    act: byUpdate('accept'),
  },
  {
    name: 'both-partners-hang',
    faults: { yleo: { connection: 'hang' }, sardine: { connection: 'hang' } },
    act: byUpdate('reject'),
  },
  { name: 'review-accept-by-update', tags: '+sardine-high', act: byUpdate('accept') },
  { name: 'review-reject-by-signal', tags: '+yleo-review', act: bySignal('reject') },
  {
    name: 'review-nonsense-then-two-verdicts',
    tags: '+yleo-review',
    act: async (handle) => {
      await handle.signal('decision', 'nonsense');
      await Promise.all([byUpdate('accept')(handle), byUpdate('reject')(handle)]);
    },
  },
  {
    name: 'review-reminded-then-expired',
    tags: '+yleo-escalate',
    review: { remindAfterMs: 200, expireAfterMs: 800, expireAction: 'reject' },
  },
  {
    name: 'review-kept-when-overdue',
    tags: '+yleo-review',
    review: { remindAfterMs: 100, expireAfterMs: 1500, expireAction: 'keep' },
    until: async (handle) => {
      const { events } = await handle.fetchHistory();
      return (events ?? []).filter((event) => event.timerStartedEventAttributes).length >= 3;
    },
  },
  {
    name: 'review-kept-then-accepted',
    tags: '+yleo-review',
    review: { remindAfterMs: 100, expireAfterMs: 200, expireAction: 'keep' },
    act: async (handle) => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await byUpdate('accept')(handle);
    },
  },
  { name: 'settlement-retried', faults: { oms: { times: 3, status: 503, retryAfter: '1' } } },
  { name: 'oms-refused-accept-then-reject', faults: refuseOnce, act: afterRefusal('reject') },
  {
    name: 'oms-refused-verdict-then-accept',
    tags: '+yleo-review',
    faults: refuseOnce,
    act: async (handle) => {
      await byUpdate('accept')(handle);
      await afterRefusal('accept')(handle);
    },
  },
  { name: 'oms-refused-waiting', faults: refuseOnce, until: isRejectedByOms },
  { name: 'missing-vote-then-accepted-by-itself', faults: { yleo: failing(4) } },
  {
    name: 'missing-votes-late-reject-then-verdict',
    tags: '+yleo-declined',
    faults: { yleo: failing(4), sardine: failing(2) },
    act: async (handle) => {
      await until('both votes are in', async () => (await missingOf(handle)) === 0);
      await byUpdate('reject')(handle);
    },
  },
  {
    name: 'missing-vote-while-a-verdict-comes',
    faults: { yleo: { connection: 'hang' } },
    act: async (handle) => {
      await until('Yleo is being asked again', () => isAskingAgain(handle));
      await byUpdate('accept')(handle);
    },
  },
  {
    name: 'accepted-in-an-outage-then-asked-again',
    faults: { yleo: failing(3), sardine: failing(2) },
    policy: { outage: { maxAutoAccept: 1_000_000 } },
  },
  {
    name: 'withdrawn-in-review',
    tags: '+yleo-review',
    act: (handle) => handle.executeUpdate('withdraw', { args: [{ actor: 'oms:recording' }] }),
  },
  {
    name: 'terminated-in-review-then-taken-up',
    tags: '+yleo-review',
    act: async (handle, begin) => {
      await handle.terminate();
      await begin();
      await until('it is in review again', async () => {
        const { status } = await handle.query<{ status: string }>('state');
        return status === 'in_review';
      });
      await byUpdate('accept')(handle);
    },
  },
  ...stalledPaths,
  ...atOncePaths,
  { name: 'custom-asked', partners: ['sardine', 'yleo', 'custom'], tags: '+custom-reject' },
  {
    name: 'custom-missing-then-accepted-by-itself',
    partners: ['sardine', 'yleo', 'custom'],
    faults: { custom: failing(3) },
  },
  { name: 'yleo-not-asked', partners: ['sardine'] },
  { name: 'feedback-retried', faults: { sardine: { ...failing(2), path: '/v1/feedbacks' } } },
  {
    name: 'reset-into-review-then-contrary-verdict',
    tags: '+yleo-review',
    act: async (handle) => {
      await byUpdate('accept')(handle);
      await handle.result();
      await resetIntoReview(handle);
      await bySignal('reject')(handle);
    },
  },
  {
    name: 'reset-into-review-then-withdrawn',
    tags: '+yleo-review',
    act: async (handle) => {
      await byUpdate('reject')(handle);
      await handle.result();
      await resetIntoReview(handle);
      await handle.executeUpdate('withdraw', { args: [{ actor: 'oms:recording' }] });
    },
  },
  {
    name: 'reset-into-review-then-called',
    tags: '+yleo-review',
    act: async (handle) => {
      await byUpdate('accept')(handle);
      await handle.result();
      await resetIntoReview(handle);
      await handle.signal('recheck');
    },
  },
  {
    name: 'reset-into-review-then-reminded',
    tags: '+yleo-review',
    review: { remindAfterMs: 3000 },
    act: async (handle) => {
      await byUpdate('accept')(handle);
      await handle.result();
      await resetIntoReview(handle);
    },
  },
  {
    name: 'reset-behind-a-later-round',
    tags: '+yleo-review',
    faults: refuseOnce,
    act: async (handle) => {
      await byUpdate('accept')(handle);
      await until('OMS has refused', () => isRejectedByOms(handle));
      await resetIntoReview(handle);
      await byUpdate('reject', 1)(handle);
      await until('it is in the later round', () => isRejectedByOms(handle));
      await byUpdate('reject', 1)(handle);
    },
  },
  {
    name: 'reset-while-settling',
    tags: '+yleo-review',
    faults: { oms: { times: 2, status: 503, actsFirst: true } },
    act: async (handle) => {
      await byUpdate('accept')(handle);
      await until('OMS is told', async () => {
        const { raw } = await handle.describe();
        return (raw.pendingActivities ?? []).some(
          ({ activityType }) => activityType?.name === 'settleOrder',
        );
      });
      await resetWorkflow(handle, (await finishedTasks(handle)).at(-1));
    },
  },
];
