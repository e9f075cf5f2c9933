import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Policy } from '../../contracts/policy.js';
import { combineVotes, partnersToAskAgain } from '../../domain/combine-votes.js';
import type {
  LocalScore,
  PartnerAnswer,
  PartnerFaultCode,
  PartnerName,
} from '../../domain/votes.js';

const score: LocalScore = {
  totalScore: 10,
  outcome: 'accept',
  hits: [],
  erroredRules: [],
  facts: {},
  ruleSetHash: 'hash',
};

const said = (partner: PartnerName, label: string): PartnerAnswer => ({
  kind: 'answered',
  partner,
  outcome: 'accept',
  label,
  priority: 'normal',
  evidence: {},
  latencyMs: 5,
});

const silent = (
  partner: PartnerName,
  fault: PartnerFaultCode = 'timeout',
  retryable = true,
): PartnerAnswer => ({ kind: 'unavailable', partner, fault, retryable, latencyMs: 800 });

const combine = (
  answers: readonly PartnerAnswer[],
  policy: z.input<typeof Policy>,
  homeAmount: number | null = 100,
  local = score,
) =>
  combineVotes({
    ...{ local, answers, policy: Policy.parse(policy), homeAmount, transactionId: null },
  });

describe("a banner's votes", () => {
  it("are the policy's reading of a partner's word, not the client's", () => {
    const policy = {
      partners: {
        sardine: { votes: { medium: 'review' } },
        yleo: { votes: { Declined: 'review' } },
      },
    } as const;
    expect(combine([said('sardine', 'medium')], policy).outcome).toBe('review');
    expect(combine([said('yleo', 'Declined')], policy).outcome).toBe('review');
    expect(combine([said('yleo', 'Declined')], {}).outcome).toBe('reject');
  });

  it('send every acceptable order to review under reviewAll, with a remark', () => {
    const { outcome, votes, remarks } = combine([said('sardine', 'low')], { reviewAll: true });
    expect(outcome).toBe('review');
    expect(votes.at(-1)).toEqual({
      source: 'policy',
      outcome: 'review',
      label: 'reviews every order',
    });
    expect(remarks).toBe('Review by the policy, which reviews every order.');
    expect(combine([said('yleo', 'Declined')], { reviewAll: true }).outcome).toBe('reject');
  });

  it('reject on two reviews only where the policy says so and both partners voted review', () => {
    const policy = { agreeingReviewsReject: true };
    const two = [said('sardine', 'high'), said('yleo', 'Review')];
    expect(combine(two, {}).outcome).toBe('review');
    expect(combine(two, policy).outcome).toBe('reject');
    expect(combine([said('sardine', 'high'), silent('yleo')], policy).outcome).toBe('review');
    expect(combine([said('sardine', 'high'), said('yleo', 'Approved')], policy).outcome).toBe(
      'review',
    );
  });
});

describe('an outage of all partners', () => {
  const policy = { outage: { maxAutoAccept: 100 } };
  const down = [silent('sardine'), silent('yleo', 'breaker_open')];

  it('accepts nothing unless the policy names an amount', () => {
    expect(combine(down, {}).outcome).toBe('review');
    expect(combine(down, {}, 0).outcome).toBe('review');
  });

  it('accepts up to the amount, to the cent, and marks the order in remarks and votes', () => {
    const { outcome, remarks, votes } = combine(down, policy, 100);
    expect(outcome).toBe('accept');
    expect(remarks).toContain('Accepted during an outage of all partners');
    expect(votes.map(({ label }) => label)).toEqual([
      'score 10',
      'unavailable (timeout), waived',
      'unavailable (breaker_open), waived',
    ]);
    expect(combine(down, policy, 100.01).outcome).toBe('review');
  });

  it('does not accept an amount in another currency', () => {
    expect(combine(down, policy, null).outcome).toBe('review');
  });

  it('is no outage while one partner answers or refuses for good, or our own guard is full', () => {
    expect(combine([said('sardine', 'low'), silent('yleo')], policy).outcome).toBe('review');
    const refused = [silent('sardine'), silent('yleo', 'partner_permanent', false)];
    expect(combine(refused, policy).outcome).toBe('review');
    const full = [silent('sardine'), silent('yleo', 'overloaded')];
    expect(combine(full, policy).outcome).toBe('review');
  });

  it('waives nothing where no partner was to be asked: there is nothing to waive', () => {
    const { votes } = combine([{ kind: 'disabled', partner: 'sardine' }], policy);
    expect(votes).toHaveLength(1);
  });

  it('never overrides our own rules or a policy that reviews every order', () => {
    const errored = { ...score, outcome: 'review' as const };
    expect(combine(down, policy, 100, errored).outcome).toBe('review');
    expect(combine(down, { ...policy, reviewAll: true }).outcome).toBe('review');
  });
});

describe('the partners to ask again', () => {
  it('are those whose vote is missing for a cause that may pass', () => {
    const answers = [silent('sardine'), silent('yleo', 'unauthorized', false)];
    expect(partnersToAskAgain('review', answers)).toEqual(['sardine', 'yleo']);
    expect(partnersToAskAgain('accept', answers)).toEqual(['sardine', 'yleo']);
  });

  it('exclude those that answered, refused for good, or have no vote', () => {
    const answers: PartnerAnswer[] = [
      said('sardine', 'high'),
      silent('yleo', 'partner_permanent', false),
    ];
    expect(partnersToAskAgain('review', answers)).toEqual([]);
    expect(partnersToAskAgain('review', [{ kind: 'disabled', partner: 'yleo' }])).toEqual([]);
  });

  it('are none once the order is rejected', () => {
    expect(partnersToAskAgain('reject', [silent('sardine')])).toEqual([]);
  });
});

describe('a policy', () => {
  it('that is empty is the default, whatever order its fields are written in', () => {
    expect(Policy.parse({ outage: {}, partners: { yleo: {} } })).toEqual(Policy.parse({}));
  });

  it('never makes a partner lower what the local score says', () => {
    const anyVote = fc.constantFrom('accept' as const, 'review' as const, 'reject' as const);
    const anyPolicy = fc.record({
      partners: fc.record({ sardine: fc.record({ votes: fc.record({ low: anyVote }) }) }),
      outage: fc.record({ maxAutoAccept: fc.constantFrom(0, 1_000_000) }),
    });
    const answers = fc.constantFrom(said('sardine', 'low'), silent('sardine'));
    fc.assert(
      fc.property(anyPolicy, answers, (policy, answer) => {
        const review = combine([answer], policy, 1, { ...score, outcome: 'review' });
        expect(review.outcome).not.toBe('accept');
        const reject = combine([answer], policy, 1, { ...score, outcome: 'reject' });
        expect(reject.outcome).toBe('reject');
      }),
    );
  });
});
