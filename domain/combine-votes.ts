import type { Outcome } from '../contracts/hbc/decision.js';
import type { BannerSettings } from '../contracts/settings.js';
import { maskCardNumbers } from './mask.js';
import { mostSevere } from './severity.js';
import type { LocalScore, PartnerAnswer, PartnerName, Vote } from './votes.js';

/** What the votes come to. `remarks` names the deciding sources and holds no personal data. */
export interface CombinedDecision {
  readonly outcome: Outcome;
  readonly votes: readonly Vote[];
  readonly remarks: string;
  /** `high` when a partner escalates: Kount ranks Escalate above Review. */
  readonly priority: 'normal' | 'high';
}

const partnerTitles: Readonly<Record<PartnerName, string>> = { sardine: 'Sardine', yleo: 'Yleo' };

const sourceTitles: Readonly<Record<Vote['source'], string>> = { local: 'local', ...partnerTitles };

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

/** A partner that should have answered and did not holds the order; one without a vote does not. */
const partnerVote = (answer: PartnerAnswer): Vote[] => {
  switch (answer.kind) {
    case 'answered':
      return [{ source: answer.partner, outcome: answer.outcome, label: answer.label }];
    case 'unavailable':
      return [
        { source: answer.partner, outcome: 'review', label: `unavailable (${answer.fault})` },
      ];
    case 'not_applicable':
    case 'disabled':
    case 'skipped':
      return [];
    default:
      return answer satisfies never;
  }
};

const absence = (answer: PartnerAnswer): string[] => {
  const title = partnerTitles[answer.partner];
  switch (answer.kind) {
    case 'answered':
    case 'disabled':
      return [];
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

const remarksOf = (
  worst: Outcome,
  votes: readonly Vote[],
  { local, answers, automaticReject }: Ballot,
): string => {
  const deciding = votes.filter((vote) => vote.outcome === worst).map(printVote);
  const erroredIds = local.erroredRules.map(({ id }) => id);
  const sentences = [
    `${worst[0]?.toUpperCase()}${worst.slice(1)} by ${deciding.join('; ')}.`,
    ...answers.flatMap(absence),
    ...(erroredIds.length > 0 ? [`Rules not evaluated: ${erroredIds.join(', ')}.`] : []),
    ...(worst === 'reject' && automaticReject === 'review'
      ? ['Sent to review: this banner does not reject automatically.']
      : []),
  ];
  return maskCardNumbers(sentences.join(' '));
};

/** All that one decision is made of. */
export interface Ballot {
  readonly local: LocalScore;
  readonly answers: readonly PartnerAnswer[];
  /** `review` sends a reject to a person instead (GDPR Art. 22). */
  readonly automaticReject: BannerSettings['automaticReject'];
}

const sourceOrder: readonly Vote['source'][] = ['local', 'sardine', 'yleo'];

/**
 * Combines the local score and the partners' answers: the most severe vote wins, so a partner can
 * raise an outcome and never lower it. The order of the answers does not matter.
 */
export const combineVotes = (ballot: Ballot): CombinedDecision => {
  const answers = ballot.answers.toSorted(
    (one, other) => sourceOrder.indexOf(one.partner) - sourceOrder.indexOf(other.partner),
  );
  const votes = [localVote(ballot.local), ...answers.flatMap(partnerVote)];
  const worst = mostSevere(votes.map((vote) => vote.outcome));
  const isHeld = worst === 'reject' && ballot.automaticReject === 'review';
  const isEscalated = answers.some(
    (answer) => answer.kind === 'answered' && answer.priority === 'high',
  );
  return {
    outcome: isHeld ? 'review' : worst,
    votes,
    remarks: remarksOf(worst, votes, { ...ballot, answers }),
    priority: isEscalated ? 'high' : 'normal',
  };
};
