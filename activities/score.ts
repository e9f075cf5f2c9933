import { scoreTransaction } from '../domain/rules/score-transaction.js';
import type { LocalScore } from '../domain/votes.js';
import { loadTransaction } from '../services/transactions/load.js';
import type { ActivityDeps } from './deps.js';

export interface ScoreResult {
  readonly local: LocalScore;
  /** Why the partners need not be asked, or null when they must be. */
  readonly skipPartners: string | null;
}

/** Scores a transaction by our own rules. It reads and computes only, so it may run twice. */
export const score =
  (deps: Pick<ActivityDeps, 'pool' | 'vault' | 'settings' | 'ruleSet' | 'reports'>) =>
  async ({ transactionId }: { readonly transactionId: string }): Promise<ScoreResult> => {
    const source = { db: deps.pool, vault: deps.vault };
    const { transaction, receivedAt } = await loadTransaction(source, transactionId);
    const local = scoreTransaction(deps.ruleSet, transaction, {
      receivedAtMs: receivedAt.getTime(),
      settings: deps.settings,
    });
    if (local.erroredRules.length > 0) deps.reports.alarm('rule_errored');
    const isRejected = local.outcome === 'reject' && deps.settings.skipPartnersOnLocalReject;
    return { local, skipPartners: isRejected ? 'the local score rejects already' : null };
  };
