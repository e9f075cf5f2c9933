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

/** One rule, or what is wrong with it. */
type ReadRule =
  | { readonly kind: 'valid'; readonly rule: Rule }
  | { readonly kind: 'refused'; readonly problems: readonly RuleTextProblem[] }
  /** Too many rules are being read; the same one may be sent again. */
  | { readonly kind: 'overloaded' };

/** A rule set of the one rule; each line of its text is moved by the same number of columns. */
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

/** An object as the text that the places of its problems are told in. */
const toText = (rule: string | Readonly<Record<string, unknown>>): string | undefined => {
  try {
    return typeof rule === 'string' ? rule : JSON.stringify(rule, null, 2);
  } catch {
    return undefined;
  }
};

/**
 * Reads one rule by the same path as a rule set's text, first behind a guard: YAML, or an object,
 * whose places are those in its JSON with an indent of two.
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

/** What a rule says of one order, and how it came to it. */
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
 * Evaluates a checked rule on facts, whether or not it is enabled, live, or for this order's share
 * of a rollout.
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

/** What it takes to try a rule: to read it, and the order given or the bands of the one stored. */
export type TryContext = BandsContext &
  Context<'tokeniser' | 'now'> & {
    readonly lookups: Lookups;
    readonly guard: Pick<RuleGuard, 'check'>;
  };

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

/** The rules of a decision without this one, and with it as it is now. */
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
 * Evaluates a rule that nobody has checked yet on one order, given or stored, and shows every part
 * of its conditions. Nothing is stored; facts hold nothing personal, so no read is audited.
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
