import type { Outcome } from '../contracts/hbc/decision.js';
import type { Policy } from '../contracts/policy.js';
import { partnerDeclarations, votingPartners } from '../contracts/voting-partners.js';
import { maskCardNumbers } from './mask.js';
import { toUnits } from './money.js';
import { ownValue } from './own-value.js';
import { sampledRejectShare } from './reject-sample.js';
import type { LocalScore, PartnerAnswer, PartnerName, Vote } from './votes.js';

const severities: Readonly<Record<Outcome, number>> = { accept: 0, review: 1, reject: 2 };

/** The most severe outcome (accept < review < reject); accept for an empty list. */
export const mostSevere = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce<Outcome>(
    (worst, outcome) => (severities[outcome] > severities[worst] ? outcome : worst),
    'accept',
  );

/** The inputs of one decision. */
export interface Ballot {
  readonly local: LocalScore;
  readonly answers: readonly PartnerAnswer[];
  readonly policy: Policy;
  /** Order total in the banner's currency; null when the order has another currency. */
  readonly homeAmount: number | null;
  /**
   * By it some rejects are chosen for a reviewer; null where that was decided earlier.
   */
  readonly transactionId: string | null;
}

const localVote = ({ outcome, totalScore, hits, erroredRules }: LocalScore): Vote => {
  const hard = hits.filter((hit) => hit.hard !== undefined).map(({ id }) => id);
  const errored = erroredRules.map(({ id }) => id);
  const label = [
    `score ${totalScore}`,
    ...(hard.length > 0 ? [`hard rule ${hard.join(', ')}`] : []),
    ...(errored.length > 0 ? [`errored rule ${errored.join(', ')}`] : []),
  ];
  return { source: 'local', outcome, label: label.join(', ') };
};

/**
 * True when a retry in the background may still get the partner's answer. Refused credentials
 * count: operators renew them. A permanent rejection of the request does not.
 */
export const isWorthAskingAgain = (
  answer: PartnerAnswer,
): answer is PartnerAnswer & { readonly kind: 'unavailable' } =>
  answer.kind === 'unavailable' && (answer.retryable || answer.fault === 'unauthorized');

const isDown = (answer: PartnerAnswer): boolean =>
  answer.kind === 'unavailable' && answer.retryable && answer.fault !== 'overloaded';

/**
 * True when every partner that was asked is down: none answered, and none rejected the request for
 * good. Load shed by our own guard is no outage of the partner.
 */
const isOutage = (answers: readonly PartnerAnswer[]): boolean => {
  const asked = answers.filter(({ kind }) => kind === 'answered' || kind === 'unavailable');
  return asked.length > 0 && asked.every(isDown);
};

/** True when the banner's outage policy accepts the order without any partner's answer. */
const isWaivedInOutage = ({ local, answers, policy, homeAmount }: Ballot): boolean =>
  homeAmount !== null &&
  policy.outage.maxAutoAccept > 0 &&
  toUnits(homeAmount) <= toUnits(policy.outage.maxAutoAccept) &&
  local.outcome === 'accept' &&
  !policy.reviewAll &&
  isOutage(answers);

interface PartnerPolicy {
  readonly enabled: boolean;
  readonly votes: Readonly<Record<string, Outcome>>;
}

/**
 * The policy for a partner; undefined for a partner that this version does not know, because
 * another version asked it and stored its answer.
 */
export const partnerPolicyOf = (policy: Policy, partner: PartnerName) =>
  ownValue<PartnerPolicy | undefined>(policy.partners, partner);

/**
 * The vote that the policy maps the partner's label to; without a mapping, the client's reading.
 */
const outcomeUnder = (policy: Policy, answer: PartnerAnswer & { readonly kind: 'answered' }) => {
  const votes = partnerPolicyOf(policy, answer.partner)?.votes ?? {};
  return ownValue(votes, answer.label) ?? answer.outcome;
};

/** A partner that should have answered and did not votes review; one without a vote does not. */
const partnerVotes = (ballot: Ballot): Vote[] => {
  const isWaived = isWaivedInOutage(ballot);
  return ballot.answers.flatMap((answer): Vote[] => {
    const { partner: source } = answer;
    switch (answer.kind) {
      case 'answered':
        return [{ source, outcome: outcomeUnder(ballot.policy, answer), label: answer.label }];
      case 'unavailable': {
        const label = `unavailable (${answer.fault})`;
        return isWaived
          ? [{ source, outcome: 'accept', label: `${label}, waived` }]
          : [{ source, outcome: 'review', label }];
      }
      case 'not_applicable':
      case 'disabled':
      case 'skipped':
        return [];
      default:
        return answer satisfies never;
    }
  });
};

/** The votes that the banner's policy adds itself. */
const policyVotes = ({ policy, answers }: Ballot, partners: readonly Vote[]): Vote[] => {
  const said = new Set(answers.filter(({ kind }) => kind === 'answered').map((a) => a.partner));
  const reviews = partners.filter(
    ({ source, outcome }) => outcome === 'review' && said.has(source as PartnerName),
  );
  const agree = policy.agreeingReviewsReject && reviews.length > 1;
  return [
    ...(policy.reviewAll
      ? [{ source: 'policy', outcome: 'review', label: 'reviews every order' } as const]
      : []),
    ...(agree
      ? [{ source: 'policy', outcome: 'reject', label: 'rejects on two reviews' } as const]
      : []),
  ];
};

/** True when a partner's answer asks for a closer look. */
export const isEscalated = (answers: readonly PartnerAnswer[]): boolean =>
  answers.some((answer) => answer.kind === 'answered' && answer.priority === 'high');

/** The combined votes. `remarks` names the deciding sources and holds no personal data. */
export interface CombinedDecision {
  readonly outcome: Outcome;
  readonly votes: readonly Vote[];
  readonly remarks: string;
  /** `high` when a partner escalates: Kount ranks Escalate above Review. */
  readonly priority: 'normal' | 'high';
  /**
   * The share of would-be rejects that reviewers see, of an order that is one of them; null for
   * all others.
   */
  readonly sampledRejectShare: number | null;
}

const titleOf = (source: Vote['source']): string => {
  if (source === 'local') return 'local';
  if (source === 'policy') return 'the policy, which';
  return ownValue<{ readonly title: string }>(partnerDeclarations, source)?.title ?? source;
};

const absence = (answer: PartnerAnswer): string[] => {
  const title = titleOf(answer.partner);
  switch (answer.kind) {
    case 'answered':
      return [];
    case 'disabled':
      return answer.reason === undefined ? [] : [`${title} was not asked (${answer.reason}).`];
    case 'unavailable':
      return [`${title} was unavailable (${answer.fault}).`];
    case 'not_applicable':
      return [`${title} is not applicable (${answer.reason}).`];
    case 'skipped':
      return [`${title} was not asked (${answer.reason}).`];
    default:
      return answer satisfies never;
  }
};

const printVote = ({ source, label }: Vote): string => `${titleOf(source)} ${label}`;

const remarksOf = (
  worst: Outcome,
  votes: readonly Vote[],
  ballot: Ballot,
  sampledShare: number | null,
): string => {
  const { local, answers, policy } = ballot;
  const deciding = votes.filter((vote) => vote.outcome === worst).map(printVote);
  const erroredIds = local.erroredRules.map(({ id }) => id);
  const sentences = [
    `${worst[0]?.toUpperCase()}${worst.slice(1)} by ${deciding.join('; ')}.`,
    ...answers.flatMap(absence),
    ...(isWaivedInOutage(ballot)
      ? ["Accepted during an outage of all partners, within this banner's limit."]
      : []),
    ...(erroredIds.length > 0 ? [`Rules not evaluated: ${erroredIds.join(', ')}.`] : []),
    ...(worst === 'reject' && policy.automaticReject === 'review'
      ? ['Sent to review: this banner does not reject automatically.']
      : []),
    ...(sampledShare === null
      ? []
      : ['Sent to review: one of the rejects that are chosen at random for a person to judge.']),
  ];
  return maskCardNumbers(sentences.join(' '));
};

const sourceOrder: readonly Vote['source'][] = ['local', ...votingPartners, 'policy'];

/**
 * Partners to ask again in the background. A rejected order is final, so nobody is asked about it.
 */
export const partnersToAskAgain = (
  outcome: Outcome,
  answers: readonly PartnerAnswer[],
): PartnerName[] =>
  outcome === 'reject' ? [] : answers.filter(isWorthAskingAgain).map(({ partner }) => partner);

/**
 * Combines the local score and the partners' answers under the banner's policy. The most severe
 * vote wins, so a partner can raise an outcome and never lower it; the order of answers does not
 * matter. The one exception is an outage, see `isWaivedInOutage`.
 */
export const combineVotes = (given: Ballot): CombinedDecision => {
  const answers = given.answers.toSorted(
    (one, other) => sourceOrder.indexOf(one.partner) - sourceOrder.indexOf(other.partner),
  );
  const ballot = { ...given, answers };
  const ofPartners = partnerVotes(ballot);
  const votes = [localVote(ballot.local), ...ofPartners, ...policyVotes(ballot, ofPartners)];
  const worst = mostSevere(votes.map((vote) => vote.outcome));
  const { local, policy, transactionId } = ballot;
  const isReject = worst === 'reject';
  const sampled =
    isReject && transactionId !== null ? sampledRejectShare(policy, local, transactionId) : null;
  const isHeld = isReject && (policy.automaticReject === 'review' || sampled !== null);
  return {
    outcome: isHeld ? 'review' : worst,
    votes,
    remarks: remarksOf(worst, votes, ballot, sampled),
    priority: isEscalated(answers) ? 'high' : 'normal',
    sampledRejectShare: sampled,
  };
};
