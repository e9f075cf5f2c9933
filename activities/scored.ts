import { isHistoryFact } from '../domain/facts/catalogue.js';
import { noHistory } from '../domain/history.js';
import { scoreTransaction } from '../domain/rules/score-transaction.js';
import type { LocalScore } from '../domain/votes.js';
import { loadHistory } from '../services/transactions/load-history.js';
import { type LoadedTransaction, loadTransaction } from '../services/transactions/load.js';
import type { ActivityDeps } from './deps.js';

/** A transaction with its local score, as the steps before the answer share it. */
export interface ScoredTransaction extends LoadedTransaction {
  readonly local: LocalScore;
  /** Why the partners need not be asked, or null when they must be. */
  readonly skipPartners: string | null;
}

/** Orders that may be between their first step and their decision in one process. */
const inFlightMax = 1000;

/**
 * Loads and scores a transaction once for all steps of its decision that run in this process; a
 * failure is not kept. `release` forgets it: its personal data stays no longer than needed.
 */
export interface Scores {
  readonly of: (transactionId: string) => Promise<ScoredTransaction>;
  readonly release: (transactionId: string) => void;
}

const loadAndScore = async (
  deps: Omit<ActivityDeps, 'scores'>,
  transactionId: string,
): Promise<ScoredTransaction> => {
  const needsHistory = deps.ruleSet.factNames.some(isHistoryFact);
  const [loaded, history] = await Promise.all([
    loadTransaction({ db: deps.pool, vault: deps.vault }, transactionId),
    needsHistory ? loadHistory(deps.pool, transactionId) : noHistory,
  ]);
  const local = scoreTransaction(deps.ruleSet, loaded.transaction, {
    receivedAtMs: loaded.receivedAt.getTime(),
    settings: deps.settings,
    history,
  });
  if (local.erroredRules.length > 0) deps.reports.alarm('rule_errored');
  const isRejected = local.outcome === 'reject' && deps.settings.skipPartnersOnLocalReject;
  return { ...loaded, local, skipPartners: isRejected ? 'the local score rejects already' : null };
};

export const createScores = (deps: Omit<ActivityDeps, 'scores'>): Scores => {
  const scores = new Map<string, Promise<ScoredTransaction>>();
  const release = (transactionId: string): void => {
    scores.delete(transactionId);
  };
  return {
    release,
    of: (transactionId) => {
      const known = scores.get(transactionId);
      if (known !== undefined) return known;
      const [oldest] = scores.keys();
      if (oldest !== undefined && scores.size >= inFlightMax) release(oldest);
      const scored = loadAndScore(deps, transactionId);
      scores.set(transactionId, scored);
      scored.catch(() => release(transactionId));
      return scored;
    },
  };
};
