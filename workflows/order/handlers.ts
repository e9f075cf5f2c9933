import {
  ApplicationFailure,
  CancellationScope,
  condition,
  log,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { RecordedDecision } from '../../activities/record-decision.js';
import type {
  Outcome,
  TransactionStatus,
  Verdict,
  VerdictSource,
} from '../../contracts/hbc/decision.js';
import type { Vote } from '../../domain/votes.js';
import {
  decisionSignal,
  readVerdictMessage,
  readWithdrawalMessage,
  recheckSignal,
  type ScreeningView,
  type SettlementView,
  stateQuery,
  submitDecisionUpdate,
  type VerdictMessage,
  type VerdictReceipt,
  type WithdrawalMessage,
  type WithdrawalReceipt,
  withdrawUpdate,
} from './messages.js';
import { fraudStatusKey, outcomeKey, reviewDueAtKey, scoreKey } from './search-attributes.js';

/** The verdict that won its round. */
export interface WonVerdict {
  readonly outcome: Verdict;
  readonly source: VerdictSource;
  readonly reviewer: string;
  readonly remarks: string;
}

/** The workflow's state of one order. */
export interface Screening {
  status: TransactionStatus;
  outcome: Outcome | undefined;
  /** Increases by one each time OMS refuses a settlement. */
  round: number;
  decision: RecordedDecision | undefined;
  /** The current votes: a missing one may arrive while the order waits. */
  votes: readonly Vote[];
  /** The verdict of the current round. */
  verdict: WonVerdict | undefined;
  /** Ends the review without a verdict. */
  withdrawal: WithdrawalMessage | undefined;
  dueAtMs: number | undefined;
  settlement: SettlementView | undefined;
  /** OMS gave no answer: it gets no call before. */
  settleNotBeforeMs: number | undefined;
  /** A signal says that the stored status may differ from this state. */
  isRecheckDue: boolean;
}

export const newScreening = (): Screening => ({
  status: 'deciding',
  outcome: undefined,
  round: 0,
  decision: undefined,
  votes: [],
  verdict: undefined,
  withdrawal: undefined,
  dueAtMs: undefined,
  settlement: undefined,
  settleNotBeforeMs: undefined,
  isRecheckDue: false,
});

export const isOpen = (status: TransactionStatus): boolean =>
  status === 'in_review' || status === 'oms_rejected';

/** True when the order needs no further work. */
export const isEnded = (status: TransactionStatus): boolean =>
  status === 'processed' || status === 'cancelled' || status === 'withdrawn';

/**
 * Whether a message is for another round than the current one. A message for a later round means
 * that this workflow was reset and its state is outdated.
 */
const isOtherRound = (screening: Screening, round: number | undefined): boolean => {
  if (round === undefined || round === screening.round) return false;
  const isBehind = round > screening.round && isOpen(screening.status);
  if (isBehind && patched('recheck-when-behind')) screening.isRecheckDue = true;
  return true;
};

/** The first valid verdict of a round wins; later ones change nothing. */
const offerVerdict = (
  screening: Screening,
  message: VerdictMessage,
  source: 'api' | 'signal',
): VerdictReceipt => {
  if (screening.outcome === undefined) return { result: 'deciding' };
  // Checked first: the row of a refused order shows the next round before the workflow knows it.
  if (isOtherRound(screening, message.round)) return { result: 'other_round' };
  if (screening.status === 'withdrawn') return { result: 'withdrawn' };
  if (!isOpen(screening.status)) {
    const settled = screening.outcome === 'accept' ? 'accept' : 'reject';
    return { result: 'already_decided', recommendationCode: settled };
  }
  winRound(screening, {
    outcome: message.recommendationCode,
    source,
    reviewer: message.reviewer ?? (source === 'signal' ? 'signal' : 'api'),
    remarks: message.remarks ?? '',
  });
  return { result: 'accepted' };
};

/** The stored status of an order. */
type Standing = NonNullable<RecordedDecision['standing']>;

const isSame = (screening: Screening, { status, outcome, round }: Standing): boolean =>
  screening.status === status && screening.outcome === outcome && screening.round === round;

/**
 * Continues from the status in Postgres. It differs from the workflow's state only after an
 * operator's reset, and then the stored status wins. Returns true when it differs.
 */
export const follow = (screening: Screening, standing: Standing): boolean => {
  if (isSame(screening, standing)) return false;
  screening.status = standing.status;
  screening.outcome = standing.outcome;
  screening.round = standing.round;
  screening.dueAtMs = standing.dueAtMs ?? undefined;
  screening.verdict = undefined;
  screening.withdrawal = undefined;
  return true;
};

/** Closes the round at once, so that no message in the same task can win it again. */
export const winRound = (screening: Screening, verdict: WonVerdict): void => {
  screening.verdict = verdict;
  screening.outcome = verdict.outcome;
  screening.status = 'settling';
};

/** A withdrawal closes the review like a verdict: the first of them wins. */
const offerWithdrawal = (screening: Screening, message: WithdrawalMessage): WithdrawalReceipt => {
  if (screening.outcome === undefined) return { result: 'deciding' };
  if (screening.status === 'withdrawn') return { result: 'withdrawn' };
  // As for a verdict: the row shows the next round before the workflow knows it.
  if (isOtherRound(screening, message.round)) return { result: 'other_round' };
  if (!isOpen(screening.status)) return { result: 'not_in_review' };
  screening.withdrawal = message;
  screening.status = 'withdrawn';
  return { result: 'withdrawn' };
};

const viewOf = (screening: Screening): ScreeningView => ({
  status: screening.status,
  recommendationCode: screening.outcome ?? null,
  votes: screening.votes,
  dueAt:
    isOpen(screening.status) && screening.dueAtMs !== undefined
      ? new Date(screening.dueAtMs).toISOString()
      : null,
  settlement: screening.settlement ?? null,
});

/**
 * Parses the verdict of an update. Throws a failure that rejects the update and changes nothing
 * else.
 */
const understood = (raw: unknown): VerdictMessage => {
  const message = readVerdictMessage(raw);
  if (message !== undefined) return message;
  throw ApplicationFailure.nonRetryable(
    'recommendationCode must be accept or reject, texts must be strings, round a whole number',
  );
};

/**
 * A caller has the answer as soon as it is stored. When the worker dies just then, the workflow
 * decides once more, and a signal that follows the answer must wait for that: nobody repeats it.
 */
const untilDecided = (screening: Screening): Promise<void> =>
  CancellationScope.nonCancellable(() => condition(() => screening.outcome !== undefined));

/** Registers all message handlers; messages may arrive together with the start. */
export const listen = (screening: Screening): void => {
  setHandler(stateQuery, () => viewOf(screening), {
    description: 'The current state of the order',
  });
  setHandler(
    decisionSignal,
    async (raw) => {
      const message = readVerdictMessage(raw);
      if (message === undefined) {
        log.warn('a decision signal was not understood and is ignored');
        return;
      }
      if (screening.outcome === undefined && patched('signals-await-the-decision')) {
        await untilDecided(screening);
      }
      offerVerdict(screening, message, 'signal');
    },
    { description: 'A reviewer accepts or rejects' },
  );
  setHandler(submitDecisionUpdate, (raw) => offerVerdict(screening, understood(raw), 'api'), {
    description: 'A reviewer accepts or rejects and gets the result',
    validator: (raw) => void understood(raw),
  });
  setHandler(recheckSignal, () => void (screening.isRecheckDue = true), {
    description: 'Compares a review with the order in Postgres',
  });
  setHandler(withdrawUpdate, (raw) => offerWithdrawal(screening, readWithdrawalMessage(raw)), {
    description: 'The shopper or OMS cancelled the order while it is in review',
  });
};

const detailsOf = (screening: Screening): string => {
  const { decision } = screening;
  const votes = screening.votes.map(
    (vote) => `| ${vote.source} | ${vote.outcome} | ${vote.label} |`,
  );
  return [
    `**${screening.status}** · outcome ${screening.outcome} · score ${decision?.totalScore}`,
    '',
    '| vote | outcome | why |',
    '|---|---|---|',
    ...votes,
  ].join('\n');
};

/** Publishes the current state for operators: search attributes and the UI's live details. */
export const publish = (screening: Screening): void => {
  const isInReview = isOpen(screening.status) && screening.dueAtMs !== undefined;
  upsertSearchAttributes([
    { key: fraudStatusKey, value: screening.status },
    { key: outcomeKey, value: screening.outcome ?? null },
    { key: scoreKey, value: screening.decision?.totalScore ?? null },
    { key: reviewDueAtKey, value: isInReview ? new Date(screening.dueAtMs ?? 0) : null },
  ]);
  setCurrentDetails(detailsOf(screening));
};
