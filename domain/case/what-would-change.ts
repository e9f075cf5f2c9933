import type { Outcome, Verdict } from '../../contracts/hbc/decision.js';
import type { Policy } from '../../contracts/policy.js';
import { combineVotes } from '../combine-votes.js';
import { judge } from '../rules/score-transaction.js';
import type { PartnerAnswer, PartnerName, RuleHit } from '../votes.js';
import { fewestRemovals, type LocalInputs } from './fewest-removals.js';

/** What a stored decision was computed from. */
export interface StoredBallot extends LocalInputs {
  readonly answers: readonly PartnerAnswer[];
  readonly policy: Policy;
  /** Order total in the banner's currency; null when the order has another currency. */
  readonly homeAmount: number | null;
  readonly transactionId: string;
}

/** Parts to leave out of a decision: rules, partners' votes, or settings of the policy. */
export interface Without {
  readonly rules: readonly string[];
  readonly partners: readonly PartnerName[];
  readonly policy: readonly PolicyPart[];
  /** The score that remains. */
  readonly score: number;
}

/** The settings of a policy that hold an order: each counts as one. */
export const policyParts = [
  'reviewAll',
  'agreeingReviewsReject',
  'automaticReject',
  'reviewedRejectShare',
] as const;
export type PolicyPart = (typeof policyParts)[number];

/** What a partner that gave no answer could still change. */
export interface MissingVote {
  readonly partner: PartnerName;
  readonly ifAccept: Outcome;
  readonly ifReject: Outcome;
}

/** The fewest parts without which a decision would have been another one. */
export interface Change {
  readonly to: Verdict;
  /** The smallest sets, at most `setsMax`; each alone is enough. */
  readonly sets: readonly Without[];
  /** There are more sets of this size. */
  readonly isMore: boolean;
}

/** What would change a decision. */
export interface WhatWouldChange {
  /** For accept and reject, unless it is the present outcome or cannot be reached by removal. */
  readonly changes: readonly Change[];
  readonly missingVotes: readonly MissingVote[];
}

/** Sets that are shown for one outcome; a reviewer reads no more. */
const setsMax = 3;

const without = (answer: PartnerAnswer, removed: readonly PartnerName[]): PartnerAnswer =>
  removed.includes(answer.partner) ? { kind: 'disabled', partner: answer.partner } : answer;

const policyWithout = (policy: Policy, parts: readonly PolicyPart[]): Policy => ({
  ...policy,
  ...(parts.includes('reviewAll') && { reviewAll: false }),
  ...(parts.includes('agreeingReviewsReject') && { agreeingReviewsReject: false }),
  ...(parts.includes('automaticReject') && { automaticReject: 'settle' as const }),
  ...(parts.includes('reviewedRejectShare') && { reviewedRejectShare: 0 }),
});

const localOf = ({ hits, erroredRules, bands }: LocalInputs) => ({
  ...judge({ hits, erroredRules }, bands),
  hits,
  erroredRules,
  facts: {},
  ruleSetHash: '',
});

/** The outcome of a ballot, combined again from its parts. */
export const outcomeOf = (ballot: StoredBallot): Outcome =>
  combineVotes({ ...ballot, local: localOf(ballot) }).outcome;

const inForce = (policy: Policy): PolicyPart[] =>
  policyParts.filter((part) =>
    part === 'automaticReject' ? policy.automaticReject === 'review' : Boolean(policy[part]),
  );

/** A ballot without some of its parts. */
export const ballotWithout = (
  ballot: StoredBallot,
  { rules, partners, policy }: Omit<Without, 'score'>,
): StoredBallot => ({
  ...ballot,
  hits: ballot.hits.filter(({ id }) => !rules.includes(id)),
  erroredRules: ballot.erroredRules.filter(({ id }) => !rules.includes(id)),
  answers: ballot.answers.map((answer) => without(answer, partners)),
  policy: policyWithout(ballot.policy, policy),
});

/** Every way to choose from a few values, smaller choices first. */
const subsetsOf = <T>(values: readonly T[]): T[][] => {
  const sets: T[][] = [[]];
  for (const value of values) sets.push(...sets.map((set) => [...set, value]));
  return sets.toSorted((one, other) => one.length - other.length);
};

const scoreWithout = (hits: readonly RuleHit[], rules: readonly string[]): number =>
  hits.reduce((sum, { id, points }) => (rules.includes(id) ? sum : sum + points), 0);

/** Partners whose vote can be left out: they were asked. */
const askedOf = ({ answers }: StoredBallot): PartnerName[] =>
  answers.flatMap(({ kind, partner }) =>
    kind === 'answered' || kind === 'unavailable' ? [partner] : [],
  );

/**
 * The smallest sets without which the outcome is `to`. Every choice of votes and policy settings is
 * tried, as there are few; for the rules the fewest are found directly, because only their points,
 * hard outcomes and faults count.
 */
const changeTo = (ballot: StoredBallot, to: Verdict): Change | undefined => {
  // Leaving no rule out, or those without which the rules alone would say `to`.
  const ofRules = [{ sets: [[]], isMore: false }, fewestRemovals(ballot, to, setsMax)];
  const found: Without[] = [];
  let [fewest, isMore] = [Number.POSITIVE_INFINITY, false];
  for (const partners of subsetsOf(askedOf(ballot))) {
    for (const policy of subsetsOf(inForce(ballot.policy))) {
      for (const choice of ofRules) {
        const [first] = choice?.sets ?? [];
        if (choice === undefined || first === undefined) continue;
        const size = partners.length + policy.length + first.length;
        if (size > fewest || size === 0) continue;
        if (outcomeOf(ballotWithout(ballot, { rules: first, partners, policy })) !== to) continue;
        if (size < fewest) {
          found.length = 0;
          isMore = false;
        }
        fewest = size;
        isMore ||= choice.isMore;
        for (const rules of choice.sets) {
          found.push({ rules, partners, policy, score: scoreWithout(ballot.hits, rules) });
        }
      }
    }
  }
  if (found.length === 0) return undefined;
  const sets = unique(found);
  return { to, sets: sets.slice(0, setsMax), isMore: isMore || sets.length > setsMax };
};

const unique = (sets: readonly Without[]): Without[] => [
  ...new Map(
    sets.map((set) => [[...set.rules, '|', ...set.partners, '|', ...set.policy].join(' '), set]),
  ).values(),
];

const answering = (answer: PartnerAnswer, outcome: Verdict): PartnerAnswer => ({
  kind: 'answered',
  partner: answer.partner,
  outcome,
  // No policy maps this label, so the outcome stands.
  label: `would ${outcome}`,
  priority: 'normal',
  evidence: {},
  latencyMs: 0,
});

const missingVotesOf = (ballot: StoredBallot): MissingVote[] =>
  ballot.answers
    .filter(({ kind }) => kind === 'unavailable')
    .map(({ partner }) => {
      const outcomeIf = (outcome: Verdict): Outcome =>
        outcomeOf({
          ...ballot,
          answers: ballot.answers.map((answer) =>
            answer.partner === partner ? answering(answer, outcome) : answer,
          ),
        });
      return { partner, ifAccept: outcomeIf('accept'), ifReject: outcomeIf('reject') };
    });

/**
 * What would have changed a decision, computed from what is stored with it: the fewest rules, votes
 * or settings without which it would have been accepted or rejected, and what a missing vote could
 * still do. A partner's vote that is left out counts as if the partner had not been asked. Pure.
 */
export const whatWouldChange = (ballot: StoredBallot): WhatWouldChange => {
  const outcome = outcomeOf(ballot);
  const others = (['accept', 'reject'] as const).filter((to) => to !== outcome);
  return {
    changes: others.flatMap((to) => changeTo(ballot, to) ?? []),
    missingVotes: missingVotesOf(ballot),
  };
};
