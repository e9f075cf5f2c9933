import { chooseRules, type RulesInForce } from '../domain/rules/in-force.js';
import { scoreTransaction } from '../domain/rules/score-transaction.js';
import type { SanitisedTransaction } from '../domain/transaction.js';
import type { LocalScore, PartnerAnswer, PartnerName } from '../domain/votes.js';
import { loadFactSource, type RuleReads } from '../services/transactions/fact-source.js';
import { findAnswer } from '../services/transactions/partner-answers.js';
import { type LoadedTransaction, loadTransaction } from '../services/transactions/records.js';
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
 * How long the partners' answers that were read with an order count as current. Other processes
 * store answers too, but a workflow does not move to another process and back within a second.
 */
const answersFreshMs = 1000;

/**
 * Loads and scores a transaction once for all activities of its decision in this process; a failure
 * is not cached. `release` drops it with its personal data. An order that another process decides
 * is dropped once a thousand later ones have been scored here.
 */
export interface Scores {
  readonly of: (transactionId: string) => Promise<ScoredTransaction>;
  /**
   * The stored answer of a partner. The first question for an order is answered from the read that
   * its score uses; every further one reads again, so that a re-run finds what was stored since.
   */
  readonly answerOf: (
    transactionId: string,
    partner: PartnerName,
  ) => Promise<PartnerAnswer | undefined>;
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
  order: Promise<LoadedTransaction>,
): Promise<ScoredTransaction> => {
  const rules = deps.rules();
  const { transaction, ...source } = await loadFactSource(
    { ...deps, db: deps.reads },
    transactionId,
    readsOf(rules),
    order,
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

/** An order in the cache. */
interface Entry {
  readonly order: Promise<LoadedTransaction>;
  readonly scored: Promise<ScoredTransaction>;
  readonly readAtMs: number;
  /** The partners whose answer was asked for. */
  readonly asked: Set<PartnerName>;
}

export const createScores = (deps: ScoringDeps): Scores => {
  const entries = new Map<string, Entry>();
  const release = (transactionId: string): void => {
    entries.delete(transactionId);
  };
  const entryOf = (transactionId: string): Entry => {
    const known = entries.get(transactionId);
    if (known !== undefined) return known;
    const [oldest] = entries.keys();
    if (oldest !== undefined && entries.size >= inFlightMax) release(oldest);
    const order = loadTransaction({ ...deps, db: deps.reads }, transactionId);
    const scored = loadAndScore(deps, transactionId, order);
    const entry = { order, scored, readAtMs: performance.now(), asked: new Set<PartnerName>() };
    entries.set(transactionId, entry);
    scored.catch(() => release(transactionId));
    return entry;
  };
  return {
    release,
    of: (transactionId) => entryOf(transactionId).scored,
    answerOf: async (transactionId, partner) => {
      const { order, readAtMs, asked } = entryOf(transactionId);
      if (asked.has(partner) || performance.now() - readAtMs > answersFreshMs)
        return findAnswer({ db: deps.reads }, transactionId, partner);
      asked.add(partner);
      return (await order).answers.find((answer) => answer.partner === partner);
    },
  };
};
