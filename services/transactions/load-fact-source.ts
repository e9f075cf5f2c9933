import type { Settings } from '../../contracts/settings.js';
import type { Queryable } from '../../db/pool.js';
import { type Facts, needsOf, readFacts } from '../../domain/facts/catalogue.js';
import type { FactSource } from '../../domain/facts/fact-group.js';
import type { Lookups } from '../../domain/lookups.js';
import { factOf } from '../../domain/rules/fact-name.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { findEvidence } from '../evidence/find.js';
import { findListings } from '../lists/find-listings.js';
import type { Tokeniser, Vault } from '../ports.js';
import { loadHistory } from './load-history.js';
import { createTurns } from '../turns.js';
import { loadTransaction } from './load.js';
import { readTexts } from './read-texts.js';

export interface FactSourceDeps {
  readonly db: Queryable;
  readonly vault: Vault;
  readonly tokeniser: Pick<Tokeniser, 'subjectTokens'>;
  readonly settings: Settings;
  readonly lookups: Lookups;
}

/** What a rule set reads; of several sets, all of it together. */
export type RuleReads = Pick<RuleSet, 'factNames' | 'lists'>;

/** Text facts that lists are asked with; their values come from the transaction alone. */
const listedTextsOf = ({ lists }: RuleReads, facts: Facts) => {
  const names = new Set(lists.map(({ subject }) => subject).filter((name) => name.includes('.')));
  return [...names].flatMap((fact) => {
    const value = factOf(facts, fact);
    return typeof value === 'string' ? [{ fact, value }] : [];
  });
};

/**
 * All that the rules need to know of a stored order, as it stood when it was received: asked again
 * later, it is the same. What no rule reads is not loaded. Throws `TemporarilyUnavailable`.
 */
export const loadFactSource = async (
  deps: FactSourceDeps,
  transactionId: string,
  reads: RuleReads,
): Promise<FactSource> => {
  const { db, settings, lookups } = deps;
  const needs = needsOf(reads.factNames);
  const history = needs.has('history') ? loadHistory(db, transactionId) : undefined;
  // Waited for below: a failure in between must not go unheard.
  history?.catch(() => undefined);
  const { transaction, receivedAt } = await loadTransaction(deps, transactionId);
  await readTexts(transaction);
  const turn = createTurns();
  const receivedAtMs = receivedAt.getTime();
  const own: FactSource = {
    ...{ transaction, settings, receivedAtMs, lookups },
    ...{ history: undefined, listings: undefined, evidence: undefined },
  };
  const isListed = needs.has('listings') || reads.lists.length > 0;
  const texts = reads.lists.length > 0 ? listedTextsOf(reads, readFacts(own)) : [];
  await turn();
  const [listings, evidence] = await Promise.all([
    isListed ? findListings(deps, transaction, receivedAt, texts) : undefined,
    needs.has('evidence') ? findEvidence(deps, transaction, receivedAt) : undefined,
  ]);
  return { ...own, history: await history, listings, evidence };
};
