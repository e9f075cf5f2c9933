import { chooseRules, type RulesInForce } from '../domain/rules/in-force.js';
import { scoreTransaction } from '../domain/rules/score-transaction.js';
import type { SanitisedTransaction } from '../domain/transaction.js';
import type { LocalScore } from '../domain/votes.js';
import { loadFactSource, type RuleReads } from '../services/transactions/fact-source.js';
import type { ActivityDeps } from './deps.js';

/** A transaction with its local score, shared by the activities before the answer. */
export interface ScoredTransaction {
  readonly transaction: SanitisedTransaction;
  readonly receivedAt: Date;
  readonly local: LocalScore;
  /** Why the partners are skipped, or null when they must be asked. */
  readonly skipPartners: string | null;
}

/** Orders kept between their first activity and their decision in one process. */
const inFlightMax = 1000;

/**
 * Loads and scores a transaction once for all activities of its decision in this process; a failure
 * is not cached. `release` drops it with its personal data. An order that another process decides
 * is dropped once a thousand later ones have been scored here.
 */
export interface Scores {
  readonly of: (transactionId: string) => Promise<ScoredTransaction>;
  readonly release: (transactionId: string) => void;
}

/** The rule set that decides is known only after loading the order, so the reads serve both. */
const readsOf = ({ live, trial }: RulesInForce): RuleReads => {
  const sets = [live, ...(trial?.mode === 'rollout' ? [trial.challenger] : [])];
  return {
    factNames: sets.flatMap(({ ruleSet }) => ruleSet.factNames),
    lists: sets.flatMap(({ ruleSet }) => ruleSet.lists),
  };
};

type ScoringDeps = Pick<
  ActivityDeps,
  'reads' | 'vault' | 'tokeniser' | 'settings' | 'lookups' | 'rules' | 'reports'
>;

const loadAndScore = async (
  deps: ScoringDeps,
  transactionId: string,
): Promise<ScoredTransaction> => {
  const rules = deps.rules();
  const { transaction, ...source } = await loadFactSource(
    { ...deps, db: deps.reads },
    transactionId,
    readsOf(rules),
  );
  const { ruleSet, version, trial, shadowVersions } = chooseRules(rules, transaction);
  const local: LocalScore = {
    ...scoreTransaction(ruleSet, transaction, source),
    ruleSetVersion: version,
    ...(trial && { trial }),
    ...(shadowVersions.length > 0 && { shadowVersions }),
  };
  if (local.erroredRules.length > 0) deps.reports.alarm('rule_errored');
  const isRejected = local.outcome === 'reject' && deps.settings.skipPartnersOnLocalReject;
  return {
    transaction,
    receivedAt: new Date(source.receivedAtMs),
    local,
    skipPartners: isRejected ? 'the local score rejects already' : null,
  };
};

export const createScores = (deps: ScoringDeps): Scores => {
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
