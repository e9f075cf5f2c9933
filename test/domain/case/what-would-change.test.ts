import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../../contracts/policy.js';
import {
  ballotWithout,
  outcomeOf,
  policyParts,
  type StoredBallot,
  whatWouldChange,
  type Without,
} from '../../../domain/case/what-would-change.js';
import type { PartnerAnswer, PartnerName, RuleHit } from '../../../domain/votes.js';
import { sampledId } from '../../support/sampled-order.js';

const hit = (id: string, points: number, hard?: RuleHit['hard']): RuleHit => ({
  id,
  name: id,
  points,
  reason: '',
  ...(hard && { hard }),
});

const said = (partner: PartnerName, outcome: 'accept' | 'review' | 'reject'): PartnerAnswer => ({
  kind: 'answered',
  partner,
  outcome,
  label: `own ${outcome}`,
  priority: 'normal',
  evidence: {},
  latencyMs: 1,
});

const silent = (partner: PartnerName): PartnerAnswer => ({
  kind: 'unavailable',
  partner,
  fault: 'timeout',
  retryable: true,
  latencyMs: 1,
});

const ballot = (given: Partial<StoredBallot>): StoredBallot => ({
  hits: [],
  erroredRules: [],
  bands: { reviewFrom: 40, rejectFrom: 80 },
  answers: [],
  policy: Policy.parse({}),
  homeAmount: 100,
  transactionId: 't',
  ...given,
});

const setsTo = (given: StoredBallot, to: 'accept' | 'reject') =>
  whatWouldChange(given).changes.find((change) => change.to === to);

const subsets = <T>(values: readonly T[]): T[][] => {
  const all: T[][] = [[]];
  for (const value of values) all.push(...all.map((set) => [...set, value]));
  return all;
};

const sizeOf = ({ rules, partners, policy }: Omit<Without, 'score'>): number =>
  rules.length + partners.length + policy.length;

/** Tries every set of parts, and returns the size of the smallest that gives `to`. */
const byBruteForce = (given: StoredBallot, to: 'accept' | 'reject'): number | undefined => {
  const rules = [...given.hits, ...given.erroredRules].map(({ id }) => id);
  const partners = given.answers.map(({ partner }) => partner);
  const all = subsets([...rules, ...partners, ...policyParts]);
  const sizes = all.flatMap((set) => {
    const choice = {
      rules: set.filter((part) => rules.includes(part)),
      partners: partners.filter((partner) => set.includes(partner)),
      policy: policyParts.filter((part) => set.includes(part)),
    };
    return outcomeOf(ballotWithout(given, choice)) === to ? [sizeOf(choice)] : [];
  });
  return sizes.length === 0 ? undefined : Math.min(...sizes);
};

const anyHits = fc
  .array(
    fc.record({
      points: fc.integer({ min: -30, max: 50 }),
      hard: fc.option(fc.constantFrom('accept' as const, 'review' as const, 'reject' as const), {
        nil: undefined,
        freq: 4,
      }),
    }),
    { maxLength: 5 },
  )
  .map((hits) => hits.map(({ points, hard }, index) => hit(`R${index}`, points, hard)));

const anyAnswer = (partner: PartnerName) =>
  fc.constantFrom<PartnerAnswer>(
    said(partner, 'accept'),
    said(partner, 'review'),
    said(partner, 'reject'),
    silent(partner),
  );

const anyBallot: fc.Arbitrary<StoredBallot> = fc
  .record({
    hits: anyHits,
    errored: fc.boolean(),
    answers: fc.tuple(anyAnswer('sardine'), anyAnswer('yleo')),
    maxAutoAccept: fc.constantFrom(0, 500),
    reviewAll: fc.boolean(),
    agreeingReviewsReject: fc.boolean(),
    automaticReject: fc.constantFrom('settle' as const, 'review' as const),
  })
  .map(({ hits, errored, answers, maxAutoAccept, ...policy }) =>
    ballot({
      hits,
      erroredRules: errored ? [{ id: 'E1', name: 'E1', message: 'fault' }] : [],
      answers,
      policy: Policy.parse({ ...policy, outage: { maxAutoAccept } }),
    }),
  );

describe('what would change the answer', () => {
  it('every set that it names changes the outcome, and no smaller set of parts does', () => {
    fc.assert(
      fc.property(anyBallot, (given) => {
        for (const to of ['accept', 'reject'] as const) {
          const found = setsTo(given, to);
          const fewest = outcomeOf(given) === to ? undefined : byBruteForce(given, to);
          expect(found === undefined).toBe(fewest === undefined);
          for (const set of found?.sets ?? []) {
            expect(outcomeOf(ballotWithout(given, set))).toBe(to);
            expect(sizeOf(set)).toBe(fewest);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('names the heaviest rules first, each set once, and says when there are more', () => {
    const hits = [hit('R1', 25), hit('R2', 20), hit('R3', 15), hit('R4', 10)];
    expect(setsTo(ballot({ hits }), 'accept')).toEqual({
      to: 'accept',
      sets: [
        { rules: ['R1', 'R2'], partners: [], policy: [], score: 25 },
        { rules: ['R1', 'R3'], partners: [], policy: [], score: 30 },
        { rules: ['R1', 'R4'], partners: [], policy: [], score: 35 },
      ],
      isMore: true,
    });
  });

  it('answers at once for as many rules of equal weight as a rule set may hold', () => {
    const hits = Array.from({ length: 300 }, (_, index) => hit(`R${index}`, 1));
    expect(setsTo(ballot({ hits }), 'accept')?.sets[0]?.rules).toHaveLength(261);
  });

  it('says that only the policy keeps a reject from being settled', () => {
    const policy = Policy.parse({ automaticReject: 'review' });
    expect(setsTo(ballot({ hits: [hit('R1', 90)], policy }), 'reject')?.sets).toEqual([
      { rules: [], partners: [], policy: ['automaticReject'], score: 90 },
    ]);
  });

  it('says that only chance keeps a reject from being settled', () => {
    const policy = Policy.parse({ reviewedRejectShare: 0.01 });
    const sampled = { hits: [hit('R1', 90)], policy, transactionId: sampledId };
    expect(setsTo(ballot(sampled), 'reject')?.sets).toEqual([
      { rules: [], partners: [], policy: ['reviewedRejectShare'], score: 90 },
    ]);
  });

  it('says what the vote of a silent partner could still change', () => {
    const given = ballot({ answers: [said('sardine', 'review'), silent('yleo')] });
    expect(whatWouldChange(given).missingVotes).toEqual([
      { partner: 'yleo', ifAccept: 'review', ifReject: 'reject' },
    ]);
  });
});
