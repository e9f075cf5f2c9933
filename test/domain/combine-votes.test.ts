import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type Outcome, outcomes } from '../../contracts/hbc/decision.js';
import { Policy } from '../../contracts/policy.js';
import { combineVotes } from '../../domain/combine-votes.js';
import type { LocalScore, PartnerAnswer, PartnerName } from '../../domain/votes.js';

const local = (
  totalScore: number,
  outcome: Outcome,
  more: Partial<LocalScore> = {},
): LocalScore => ({
  totalScore,
  outcome,
  hits: [],
  erroredRules: [],
  facts: {},
  ruleSetHash: 'hash',
  ...more,
});

const locals = {
  L: local(10, 'accept'),
  M: local(45, 'review'),
  H: local(85, 'reject'),
} as const;

const answered = (
  partner: PartnerName,
  outcome: Outcome,
  label: string,
  priority: 'normal' | 'high' = 'normal',
): PartnerAnswer => ({
  kind: 'answered',
  partner,
  outcome,
  label,
  priority,
  evidence: {},
  latencyMs: 5,
});

const unavailable = (partner: PartnerName): PartnerAnswer => ({
  kind: 'unavailable',
  partner,
  fault: 'timeout',
  retryable: true,
  latencyMs: 800,
});

const sardine: Readonly<Record<string, PartnerAnswer>> = {
  low: answered('sardine', 'accept', 'low'),
  medium: answered('sardine', 'accept', 'medium'),
  high: answered('sardine', 'review', 'high'),
  very_high: answered('sardine', 'reject', 'very_high'),
  unknown: answered('sardine', 'review', 'unknown'),
  unavailable: unavailable('sardine'),
  disabled: { kind: 'disabled', partner: 'sardine' },
  skipped: { kind: 'skipped', partner: 'sardine', reason: 'local score rejects' },
};

const yleo: Readonly<Record<string, PartnerAnswer>> = {
  Approved: answered('yleo', 'accept', 'Approved'),
  Review: answered('yleo', 'review', 'Review'),
  Escalate: answered('yleo', 'review', 'Escalate', 'high'),
  NotPerformed: answered('yleo', 'review', 'NotPerformed'),
  unavailable: unavailable('yleo'),
  Declined: answered('yleo', 'reject', 'Declined'),
  not_applicable: { kind: 'not_applicable', partner: 'yleo', reason: 'source store' },
};

/** The decision table, one letter a column: A accept, V review, J reject. */
const columns = Object.keys(yleo);
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  L: {
    low: 'AVVVVJA',
    medium: 'AVVVVJA',
    high: 'VVVVVJV',
    very_high: 'JJJJJJJ',
    unknown: 'VVVVVJV',
    unavailable: 'VVVVVJV',
    disabled: 'AVVVVJA',
    skipped: 'AVVVVJA',
  },
  M: {
    low: 'VVVVVJV',
    medium: 'VVVVVJV',
    high: 'VVVVVJV',
    very_high: 'JJJJJJJ',
    unknown: 'VVVVVJV',
    unavailable: 'VVVVVJV',
    disabled: 'VVVVVJV',
    skipped: 'VVVVVJV',
  },
  H: Object.fromEntries(Object.keys(sardine).map((level) => [level, 'JJJJJJJ'])),
};
const letters: Readonly<Record<string, Outcome>> = { A: 'accept', V: 'review', J: 'reject' };

const cells = Object.entries(table).flatMap(([band, rows]) =>
  Object.entries(rows).flatMap(([level, row]) =>
    columns.map((result, index) => [band, level, result, letters[row[index] ?? '']] as const),
  ),
);

const combine = (
  score: LocalScore,
  answers: (PartnerAnswer | undefined)[],
  policy: z.input<typeof Policy> = {},
  homeAmount: number | null = 100,
) =>
  combineVotes({
    local: score,
    answers: answers.filter((answer) => answer !== undefined),
    policy: Policy.parse(policy),
    homeAmount,
    transactionId: null,
  });

const held = { automaticReject: 'review' } as const;

describe('the combination table', () => {
  it('covers every cell', () => {
    expect(cells).toHaveLength(3 * 8 * 7);
  });

  it.each(cells)('%s, Sardine %s, Yleo %s: %s', (band, level, result, outcome) => {
    const score = locals[band as keyof typeof locals];
    expect(combine(score, [sardine[level], yleo[result]]).outcome).toBe(outcome);
  });

  it('decides by the local score where no partner is asked', () => {
    for (const score of Object.values(locals)) {
      expect(combine(score, []).outcome).toBe(score.outcome);
    }
  });
});

describe('a third partner', () => {
  const [low, approved] = [sardine['low'], yleo['Approved']];
  const custom = (word: Outcome) => answered('custom', word, word);
  const isSilent = unavailable('custom');

  it.each(outcomes)('counts as the others do: %s', (word) => {
    const { outcome, votes } = combine(locals.L, [low, approved, custom(word)]);
    expect(outcome).toBe(word);
    expect(votes.at(-1)).toEqual({ source: 'custom', outcome: word, label: word });
  });

  it('holds the order while it does not answer, and is waived only when all are down', () => {
    const lenient = { outage: { maxAutoAccept: 1000 } };
    const silent = [unavailable('sardine'), unavailable('yleo'), isSilent];
    expect(combine(locals.L, [low, approved, isSilent], lenient).outcome).toBe('review');
    expect(combine(locals.L, silent, lenient).outcome).toBe('accept');
    expect(combine(locals.L, [low, approved, isSilent]).remarks).toContain(
      'Custom partner was unavailable',
    );
  });

  it("votes by the policy's map of its labels", () => {
    const onTrial = { partners: { custom: { votes: { review: 'accept', reject: 'accept' } } } };
    expect(combine(locals.L, [custom('reject')], onTrial as z.input<typeof Policy>).outcome).toBe(
      'accept',
    );
  });

  it('that this version does not know counts by its own reading', () => {
    const unknown = 'unheard-of' as PartnerName;
    const silent = combine(locals.L, [low, unavailable(unknown)]);
    expect([silent.outcome, silent.remarks]).toEqual([
      'review',
      expect.stringContaining('unheard-of was unavailable'),
    ]);
    expect(combine(locals.L, [answered(unknown, 'reject', 'bad')]).outcome).toBe('reject');
  });
});

describe('combineVotes', () => {
  const anyLocal = fc.constantFrom(...Object.values(locals));
  const anyAnswers = fc
    .tuple(fc.constantFrom(...Object.values(sardine)), fc.constantFrom(...Object.values(yleo)))
    .map((answers): PartnerAnswer[] => answers);
  const anyVote = fc.constantFrom(...outcomes);
  const anyPolicy = fc.record({
    partners: fc.record({
      sardine: fc.record({ votes: fc.record({ low: anyVote, high: anyVote }) }),
      yleo: fc.record({ votes: fc.record({ Approved: anyVote, Review: anyVote }) }),
    }),
    reviewAll: fc.boolean(),
    automaticReject: fc.constantFrom('settle' as const, 'review' as const),
  });
  const voteUnder = (policy: z.input<typeof Policy>, answer: PartnerAnswer): Outcome => {
    const { votes } = combine(locals.L, [answer], policy);
    return votes.find(({ source }) => source === answer.partner)?.outcome ?? 'accept';
  };
  const severity = { accept: 0, review: 1, reject: 2 } as const;

  it('never gets milder when a vote gets worse', () => {
    fc.assert(
      fc.property(anyLocal, anyAnswers, anyPolicy, (score, answers, policy) => {
        const before = severity[combine(score, answers, policy).outcome];
        for (const outcome of ['review', 'reject'] as const) {
          const worse = answers.map((answer) =>
            answer.kind === 'answered' && severity[voteUnder(policy, answer)] < severity[outcome]
              ? { ...answer, outcome, label: 'unlisted' }
              : answer,
          );
          expect(severity[combine(score, worse, policy).outcome]).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });

  it('does not depend on the order of the answers', () => {
    fc.assert(
      fc.property(anyLocal, anyAnswers, anyPolicy, (score, answers, policy) => {
        expect(combine(score, answers.toReversed(), policy)).toEqual(
          combine(score, answers, policy),
        );
      }),
    );
  });

  it('never lets a partner touch the local score', () => {
    fc.assert(
      fc.property(anyLocal, anyAnswers, (score, answers) => {
        const before = structuredClone(score);
        const [first] = combine(score, answers).votes;
        expect(first).toMatchObject({ source: 'local', label: `score ${score.totalScore}` });
        expect(score).toEqual(before);
      }),
    );
  });

  it('gives a vote to exactly the sources that have one', () => {
    const { votes } = combine(locals.L, [sardine['unavailable'], yleo['not_applicable']]);
    expect(votes).toEqual([
      { source: 'local', outcome: 'accept', label: 'score 10' },
      { source: 'sardine', outcome: 'review', label: 'unavailable (timeout)' },
    ]);
  });

  it('carries the high priority of an escalation, and of nothing else', () => {
    for (const score of Object.values(locals)) {
      expect(combine(score, []).priority).toBe('normal');
      for (const [label, answer] of [...Object.entries(yleo), ...Object.entries(sardine)]) {
        const { priority } = combine(score, [answer]);
        expect([label, priority]).toEqual([label, label === 'Escalate' ? 'high' : 'normal']);
      }
    }
  });

  it('sends a reject to review where the banner does not reject automatically, with a remark', () => {
    const { outcome, remarks, votes } = combine(locals.H, [sardine['low']], held);
    expect(outcome).toBe('review');
    expect(votes[0]?.outcome).toBe('reject');
    expect(remarks).toBe(
      'Reject by local score 85. Sent to review: this banner does not reject automatically.',
    );
    expect(combine(locals.L, [], held).outcome).toBe('accept');
    expect(combine(locals.M, [], held).remarks).toBe('Review by local score 45.');
  });
});

const remarks = (...args: Parameters<typeof combine>) => combine(...args).remarks;

describe('remarks', () => {
  it('name every source that agrees with the outcome, and no other', () => {
    expect(remarks(locals.L, [sardine['low'], yleo['Approved']])).toBe(
      'Accept by local score 10; Sardine low; Yleo Approved.',
    );
    expect(remarks(locals.M, [sardine['high'], yleo['Approved']])).toBe(
      'Review by local score 45; Sardine high.',
    );
    expect(remarks(locals.M, [sardine['high'], yleo['Declined']])).toBe('Reject by Yleo Declined.');
  });

  it('say which partner was unavailable, not applicable or not asked', () => {
    expect(remarks(locals.L, [sardine['unavailable'], yleo['Declined']])).toBe(
      'Reject by Yleo Declined. Sardine was unavailable (timeout).',
    );
    expect(remarks(locals.L, [sardine['disabled'], yleo['not_applicable']])).toBe(
      'Accept by local score 10. Yleo is not applicable (source store).',
    );
    expect(remarks(locals.H, [sardine['skipped']])).toBe(
      'Reject by local score 85. Sardine was not asked (local score rejects).',
    );
  });

  it('name hard rules and rules that could not be evaluated', () => {
    const hit = {
      id: 'R09',
      name: 'Not approved',
      points: 0,
      reason: 'x',
      hard: 'review',
    } as const;
    const errored = { id: 'R12', name: 'Card', message: 'division by zero' };
    const score = local(0, 'review', { hits: [hit], erroredRules: [errored] });
    expect(remarks(score, [sardine['low']])).toBe(
      'Review by local score 0, hard rule R09, errored rule R12. Rules not evaluated: R12.',
    );
  });

  it('mask a card number that came with a label', () => {
    const label = 'Review 4111111111111111';
    expect(remarks(locals.L, [answered('yleo', 'review', label)])).toBe(
      'Review by Yleo Review 411111*1111.',
    );
  });
});
