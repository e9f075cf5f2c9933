import type { ApiError } from '../../contracts/errors.js';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import type { Rule } from '../../contracts/rules.js';
import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import type { RuleToTry, RuleTry, RuleTryResult } from '../../contracts/v1/rules.js';
import { type ExplanationRow, findExplanation } from '../../db/decision-explanations.js';
import { type Facts, readFacts } from '../../domain/facts/catalogue.js';
import type { Lookups } from '../../domain/lookups.js';
import { compileRule, listReadsOf } from '../../domain/rules/compile-rule.js';
import { evaluateRule, type RuleResult } from '../../domain/rules/evaluate-rule.js';
import { explainCondition } from '../../domain/rules/explain-condition.js';
import { listFactOf, listGroup, unflattenFacts } from '../../domain/rules/fact-name.js';
import { judge } from '../../domain/rules/score-transaction.js';
import type { Context } from '../context.js';
import { readTexts } from '../transactions/fact-source.js';
import { receiveInTurns } from '../transactions/receive.js';
import { type BandsContext, findBands } from './bands.js';
import type { RuleGuard } from './guard.js';
import { ownHistory } from '../../domain/own-history.js';
import { readRuleText } from './read-text.js';

/** One rule, or its problems. */
type ReadRule =
  | { readonly kind: 'valid'; readonly rule: Rule }
  | { readonly kind: 'refused'; readonly problems: readonly RuleTextProblem[] }
  /** Too many rules are being read; the caller may retry. */
  | { readonly kind: 'overloaded' };

/** Wraps one rule in a rule set; each line moves by the same number of columns. */
const before = 'rules:\n  -\n';
const indent = '    ';

const toRuleSet = (text: string): string =>
  before + text.replaceAll(/^(?=.*\S)/gm, indent).replaceAll('\r\n', '\n');

const shiftBack = (problem: RuleTextProblem): RuleTextProblem => ({
  ...problem,
  line: Math.max(1, problem.line - (before.split('\n').length - 1)),
  column: Math.max(1, problem.column - indent.length),
});

const refused = (message: string): ReadRule => ({
  kind: 'refused',
  problems: [{ rule: 'rule 1', message, line: 1, column: 1 }],
});

/** The rule as text; positions of problems refer to it. */
const toText = (rule: string | Readonly<Record<string, unknown>>): string | undefined => {
  try {
    return typeof rule === 'string' ? rule : JSON.stringify(rule, null, 2);
  } catch {
    return undefined;
  }
};

/**
 * Reads one rule as a rule set's text is read, first behind the guard. The rule is YAML or an
 * object; problems in an object have positions in its JSON with an indent of two.
 */
const readRule = async (
  guard: TryContext['guard'],
  given: string | Readonly<Record<string, unknown>>,
): Promise<ReadRule> => {
  const text = toText(given);
  if (text === undefined) return refused('is nested too deeply');
  const ruleSet = toRuleSet(text);
  const answer = await guard.check(ruleSet);
  if (answer.kind === 'overloaded') return answer;
  if (answer.kind === 'refused')
    return { kind: 'refused', problems: answer.problems.map(shiftBack) };
  const read = readRuleText(ruleSet);
  const [rule] = 'ruleSet' in read ? read.ruleSet.rules : [];
  return rule === undefined ? refused('cannot be read') : { kind: 'valid', rule };
};

/** A rule's result for one order, with its steps. */
type TriedRule = Omit<RuleTryResult, 'effect' | 'notes'>;

const showCase = ({ when, points, hard }: Rule['cases'][number], facts: Facts) => {
  const { holds, steps, facts: read } = explainCondition(when, facts);
  return {
    when,
    holds: holds ?? null,
    points,
    hard: hard ?? null,
    steps: steps.map(({ value, fault, ...part }) => ({
      ...part,
      value: value ?? null,
      fault: fault ?? null,
    })),
    facts: read,
  };
};

/**
 * Evaluates a checked rule on facts, even if it is disabled, in shadow, or outside the order's
 * share of a rollout.
 */
const tryOnFacts = (
  rule: Rule,
  facts: Facts,
): { readonly tried: TriedRule; readonly result: RuleResult } => {
  const { compiled } = compileRule({ ...rule, rollout: undefined }, []);
  const result = evaluateRule(compiled, facts);
  const { hit, errored } = result;
  const tried = {
    id: rule.id,
    name: rule.name,
    trips: hit !== undefined,
    points: hit?.points ?? 0,
    hard: hit?.hard ?? null,
    reason: hit?.reason ?? null,
    errored: errored?.message ?? null,
    cases: rule.cases.map((ruleCase) => showCase(ruleCase, facts)),
  };
  return { tried, result };
};

/** The context for trying a rule: to read it, and the given order or the stored one's bands. */
export type TryContext = BandsContext &
  Context<'tokeniser' | 'now'> & {
    readonly lookups: Lookups;
    readonly guard: Pick<RuleGuard, 'check'>;
  };

export type TriedOn =
  | { readonly kind: 'tried'; readonly answer: RuleTry }
  /** The given order is invalid; paths begin at `$.transaction`. */
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
  { settings, lookups, tokeniser, now }: TryContext,
  rule: Rule,
  raw: unknown,
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

/** The outcome of a decision's rules without this one, and with its present form. */
const effectOf = async (
  context: TryContext,
  row: ExplanationRow,
  id: string,
  { hit, errored }: RuleResult,
): Promise<RuleTryResult['effect']> => {
  const bands = await findBands(context, row);
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

const tryOnStored = async (
  context: TryContext,
  rule: Rule,
  transactionId: string,
): Promise<TriedOn> => {
  const row = await findExplanation(context.db, transactionId);
  if (row === undefined) return { kind: 'unknown_transaction' };
  const { tried, result } = tryOnFacts(rule, unflattenFacts(row.facts));
  const effect = await effectOf(context, row, rule.id, result);
  return answered({ ...tried, effect, notes: [...storedNotes, ...notesOf(rule)] });
};

/**
 * Evaluates an untrusted rule on one given or stored order, and shows every part of its conditions.
 * Stores nothing. Facts hold no personal data, so no read is audited.
 */
export const tryRule = async (
  context: TryContext,
  { rule: given, transaction, transactionId }: RuleToTry,
): Promise<TriedOn> => {
  const read = await readRule(context.guard, given);
  if (read.kind === 'overloaded') return read;
  if (read.kind === 'refused') {
    const problems = [...read.problems];
    return { kind: 'tried', answer: { valid: false, problems, result: null } };
  }
  return transactionId === undefined
    ? tryOnGiven(context, read.rule, transaction)
    : tryOnStored(context, read.rule, transactionId);
};
