import type { Outcome } from '../contracts/hbc/decision.js';
import {
  type Ballot,
  isWaivedInOutage,
  isWorthAskingAgain,
  localVote,
  partnerVotes,
  policyVotes,
} from './ballot.js';
import { maskCardNumbers } from './mask.js';
import { mostSevere } from './severity.js';
import type { PartnerAnswer, PartnerName, Vote } from './votes.js';

/** What the votes come to. `remarks` names the deciding sources and holds no personal data. */
export interface CombinedDecision {
  readonly outcome: Outcome;
  readonly votes: readonly Vote[];
  readonly remarks: string;
  /** `high` when a partner escalates: Kount ranks Escalate above Review. */
  readonly priority: 'normal' | 'high';
}

const partnerTitles: Readonly<Record<PartnerName, string>> = { sardine: 'Sardine', yleo: 'Yleo' };

const sourceTitles: Readonly<Record<Vote['source'], string>> = {
  local: 'local',
  ...partnerTitles,
  policy: 'the policy, which',
};

const absence = (answer: PartnerAnswer): string[] => {
  const title = partnerTitles[answer.partner];
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

const printVote = ({ source, label }: Vote): string => `${sourceTitles[source]} ${label}`;

const remarksOf = (worst: Outcome, votes: readonly Vote[], ballot: Ballot): string => {
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
  ];
  return maskCardNumbers(sentences.join(' '));
};

const sourceOrder: readonly Vote['source'][] = ['local', 'sardine', 'yleo', 'policy'];

/** Partners whose vote is missing. Nobody is asked again about a reject: it stands. */
export const partnersToAskAgain = (
  outcome: Outcome,
  answers: readonly PartnerAnswer[],
): PartnerName[] =>
  outcome === 'reject' ? [] : answers.filter(isWorthAskingAgain).map(({ partner }) => partner);

/**
 * Combines the local score and the partners' answers under the banner's policy: the most severe
 * vote wins, so a partner can raise an outcome and never lower it. The order of the answers does
 * not matter. The one exception is an outage, see `isWaivedInOutage`.
 */
export const combineVotes = (given: Ballot): CombinedDecision => {
  const answers = given.answers.toSorted(
    (one, other) => sourceOrder.indexOf(one.partner) - sourceOrder.indexOf(other.partner),
  );
  const ballot = { ...given, answers };
  const ofPartners = partnerVotes(ballot);
  const votes = [localVote(ballot.local), ...ofPartners, ...policyVotes(ballot, ofPartners)];
  const worst = mostSevere(votes.map((vote) => vote.outcome));
  const isHeld = worst === 'reject' && ballot.policy.automaticReject === 'review';
  const isEscalated = answers.some(
    (answer) => answer.kind === 'answered' && answer.priority === 'high',
  );
  return {
    outcome: isHeld ? 'review' : worst,
    votes,
    remarks: remarksOf(worst, votes, ballot),
    priority: isEscalated ? 'high' : 'normal',
  };
};
