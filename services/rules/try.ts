import type { ApiError } from '../../contracts/errors.js';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import type { Rule } from '../../contracts/rules.js';
import type { RuleToTry, RuleTry, RuleTryResult } from '../../contracts/v1/rules.js';
import { type ExplanationRow, findExplanation } from '../../db/decision-explanations.js';
import { readFacts } from '../../domain/facts/catalogue.js';
import type { Lookups } from '../../domain/lookups.js';
import { listFactOf, listGroup, unflattenFacts } from '../../domain/rules/fact-name.js';
import { listReadsOf, compileRule } from '../../domain/rules/compile-rule.js';
import type { RuleResult } from '../../domain/rules/evaluate-rule.js';
import { judge } from '../../domain/rules/score-transaction.js';
import type { Tokeniser } from '../ports.js';
import { readTexts } from '../transactions/read-texts.js';
import { receiveInTurns } from '../transactions/receive-in-turns.js';
import { type BandsDeps, findBands } from './find-bands.js';
import { ownHistory } from './own-history.js';
import { readRule } from './read-rule.js';
import { tryOnFacts } from './try-on-facts.js';
import type { RuleGuard } from './validate-guarded.js';

export interface TryDeps extends BandsDeps {
  readonly tokeniser: Tokeniser;
  readonly lookups: Lookups;
  readonly guard: RuleGuard;
}

export type TriedOn =
  | { readonly kind: 'tried'; readonly answer: RuleTry }
  /** The order given is none; the paths begin at `$.transaction`. */
  | { readonly kind: 'bad_transaction'; readonly faults: readonly ApiError[] }
  /** No stored order of this id has a decision. */
  | { readonly kind: 'unknown_transaction' }
  | { readonly kind: 'overloaded' };

const rolloutNote = 'The rollout of the rule is left out: it is tried as if for every order.';

const notesOf = ({ enabled, rollout }: Rule): string[] => [
  ...(enabled ? [] : ['The rule is disabled: it is tried as if it were not.']),
  ...(rollout === undefined ? [] : [rolloutNote]),
];

const givenNotes = [
  'Nothing was looked up of the subjects of the order: its history is the order alone.',
  'The order counts as received now, as standing on no list, and as having no evidence.',
];

const storedNotes = [
  'The facts are those stored with the decision; one that was not stored then has no value.',
];

const answered = (result: RuleTryResult): TriedOn => ({
  kind: 'tried',
  answer: { valid: true, problems: [], result },
});

const tryOnGiven = async (
  { settings, lookups, tokeniser }: TryDeps,
  rule: Rule,
  raw: unknown,
  now: Date,
): Promise<TriedOn> => {
  const parsed = parseTransaction(raw);
  if (!parsed.ok) {
    const faults = parsed.faults.map(({ error, message }) => ({
      error,
      message: message.replace(/^\$/, '$.transaction'),
    }));
    return { kind: 'bad_transaction', faults };
  }
  const { transaction } = await receiveInTurns(tokeniser, parsed.value);
  await readTexts(transaction);
  const receivedAtMs = now.getTime();
  const history = ownHistory(transaction, receivedAtMs);
  const known = { receivedAtMs, settings, lookups, history, listings: [], evidence: [] };
  const lists = listReadsOf([compileRule(rule, []).compiled]);
  const onNone = lists.map(({ list, subject }) => [listFactOf(list, subject), false] as const);
  const facts = {
    ...readFacts({ ...known, transaction }),
    [listGroup]: Object.fromEntries(onNone),
  };
  const { tried } = tryOnFacts(rule, facts);
  return answered({ ...tried, effect: null, notes: [...givenNotes, ...notesOf(rule)] });
};

/** The rules of a decision without this one, and with it as it is now. */
const effectOf = async (
  deps: TryDeps,
  row: ExplanationRow,
  id: string,
  { hit, errored }: RuleResult,
): Promise<RuleTryResult['effect']> => {
  const bands = await findBands(deps, row);
  if (bands === undefined) return null;
  const hits = row.hits.filter((other) => other.id !== id);
  const erroredRules = row.errored_rules.filter((other) => other.id !== id);
  return {
    without: judge({ hits, erroredRules }, bands),
    with: judge(
      {
        hits: [...hits, ...(hit ? [hit] : [])],
        erroredRules: [...erroredRules, ...(errored ? [errored] : [])],
      },
      bands,
    ),
  };
};

const tryOnStored = async (deps: TryDeps, rule: Rule, transactionId: string): Promise<TriedOn> => {
  const row = await findExplanation(deps.db, transactionId);
  if (row === undefined) return { kind: 'unknown_transaction' };
  const { tried, result } = tryOnFacts(rule, unflattenFacts(row.facts));
  const effect = await effectOf(deps, row, rule.id, result);
  return answered({ ...tried, effect, notes: [...storedNotes, ...notesOf(rule)] });
};

/**
 * Evaluates a rule that nobody has checked yet on one order, given or stored, and shows every part
 * of its conditions. Nothing is stored; facts hold nothing personal, so no read is audited.
 * Throws `TemporarilyUnavailable`.
 */
export const tryRule = async (
  deps: TryDeps,
  { rule: given, transaction, transactionId }: RuleToTry,
  now: Date,
): Promise<TriedOn> => {
  const read = await readRule(deps.guard, given);
  if (read.kind === 'overloaded') return read;
  if (read.kind === 'refused') {
    const problems = [...read.problems];
    return { kind: 'tried', answer: { valid: false, problems, result: null } };
  }
  return transactionId === undefined
    ? tryOnGiven(deps, read.rule, transaction, now)
    : tryOnStored(deps, read.rule, transactionId);
};
