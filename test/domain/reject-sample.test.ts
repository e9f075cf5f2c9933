import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Policy } from '../../contracts/policy.js';
import { combineVotes } from '../../domain/combine-votes.js';
import { addSampled, countSampled, estimateSampled } from '../../domain/fit/sampled.js';
import type { LocalScore, RuleHit } from '../../domain/votes.js';
import { sampledId } from '../support/sampled-order.js';

const hit = (more: Partial<RuleHit>): RuleHit => ({
  ...{ id: 'R1', name: 'one', points: 90, reason: '' },
  ...more,
});

const rejected = (hits: readonly RuleHit[] = [hit({})], facts = {}): LocalScore => ({
  ...{ totalScore: 90, outcome: 'reject', hits, erroredRules: [], facts, ruleSetHash: 'h' },
});

const most = { reviewedRejectShare: 0.01 } as const;

const combine = (
  local: LocalScore,
  transactionId: string | null = sampledId,
  policy: z.input<typeof Policy> = most,
) =>
  combineVotes({
    ...{ local, answers: [], homeAmount: 100, transactionId },
    policy: Policy.parse(policy),
  });

const ids = Array.from({ length: 100_000 }, (_, number) => `tx_${number}`);

const chosenAt = (reviewedRejectShare: number): string[] => {
  const local = rejected();
  return ids.filter((id) => combine(local, id, { reviewedRejectShare }).outcome === 'review');
};

describe('a reject that is chosen for a person to judge', () => {
  it('is one of the stated share of rejects, and stays one when the share grows', () => {
    expect(chosenAt(0)).toEqual([]);
    const [few, many] = [chosenAt(0.002), chosenAt(0.01)];
    // Four standard deviations of 100,000 draws.
    expect(Math.abs(few.length - 200)).toBeLessThan(57);
    expect(Math.abs(many.length - 1000)).toBeLessThan(126);
    expect(many).toEqual(expect.arrayContaining(few));
  });

  it('goes to review, and says why and with what share', () => {
    expect(combine(rejected())).toMatchObject({ outcome: 'review', sampledRejectShare: 0.01 });
    expect(combine(rejected()).remarks).toBe(
      'Reject by local score 90. Sent to review: one of the rejects that are chosen at random ' +
        'for a person to judge.',
    );
    expect(combine(rejected(), 'tx_1')).toMatchObject({
      ...{ outcome: 'reject', sampledRejectShare: null },
    });
    expect(combine(rejected(), null).outcome).toBe('reject');
  });

  it('is never an order that a person has listed', () => {
    const blocked = { 'lists.blocked': true, 'lists.blockedBy': 'card' };
    const named = { 'list.fraudsters:email': true };
    for (const local of [
      rejected([hit({ hard: 'reject', facts: blocked })]),
      rejected([hit({ hard: 'reject', facts: named })]),
      rejected([hit({})], blocked),
    ]) {
      expect(combine(local)).toMatchObject({ outcome: 'reject', sampledRejectShare: null });
    }
    const unnamed = { 'list.fraudsters:email': false, 'tx.orderTotal': 5 };
    expect(combine(rejected([hit({ hard: 'reject', facts: unnamed })])).outcome).toBe('review');
  });

  it('is not counted as chosen where a person sees every reject', () => {
    const all = combine(rejected(), sampledId, { ...most, automaticReject: 'review' });
    expect(all).toMatchObject({ outcome: 'review', sampledRejectShare: null });
  });

  it('is never one of more than a hundredth of the rejects', () => {
    expect(Policy.safeParse({ reviewedRejectShare: 0.01 }).success).toBe(true);
    for (const reviewedRejectShare of [0.010_001, 1, -0.001]) {
      expect(Policy.safeParse({ reviewedRejectShare }).success).toBe(false);
    }
  });
});

describe('what judged rejects say about all rejects', () => {
  const order = (
    sampledRejectShare: number | null,
    became: 'fraud' | 'good' | 'dispute' | 'unlabelled',
    verdict: 'accept' | 'reject' | 'unseen_reject' | null,
  ) => countSampled({ sampledRejectShare, became, verdict, answered: 'review' });

  it('is what a label says, else a person', () => {
    const counts = addSampled([
      order(0.01, 'fraud', 'accept'),
      order(0.01, 'good', 'reject'),
      order(0.01, 'unlabelled', 'reject'),
      order(0.01, 'unlabelled', 'accept'),
      order(0.01, 'unlabelled', 'unseen_reject'),
      order(0.01, 'unlabelled', null),
      order(0.01, 'dispute', 'reject'),
      order(null, 'fraud', 'reject'),
    ]);
    expect(counts).toEqual({ 0.01: [7, 4, 2] });
    expect(estimateSampled(counts)).toMatchObject({
      ...{ orders: 7, judged: 4, fraudShare: { share: 0.5 } },
    });
  });

  it('weights each order by the rejects that it stands for', () => {
    // 100 orders at 0.1 % stand for 100,000 rejects, 100 at 1 % for 10,000.
    const { fraudShare } = estimateSampled({ 0.001: [100, 100, 90], 0.01: [100, 100, 10] });
    expect(fraudShare?.share).toBeCloseTo((90_000 + 1000) / 110_000, 10);
    const alone = estimateSampled({ 0.001: [200, 200, 165] }).fraudShare;
    const width = (one: typeof alone) => (one === null ? 0 : one.high - one.low);
    expect(width(fraudShare)).toBeGreaterThan(width(alone));
  });

  it('is nothing while nobody has judged one', () => {
    expect(estimateSampled({ 0.01: [3, 0, 0] })).toEqual({
      ...{ orders: 3, judged: 0, fraudShare: null },
    });
    expect(estimateSampled({})).toEqual({ orders: 0, judged: 0, fraudShare: null });
  });
});
