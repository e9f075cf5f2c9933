import type { Rule } from '../../contracts/rules.js';
import { factSpecOf } from '../facts/catalogue.js';
import type { CompiledCase, CompiledRule } from './evaluate-rule.js';
import type { ListRead } from './expression-parts.js';
import { listFactOf, listGroup } from './fact-name.js';
import { factHint } from './name-hint.js';
import { compileReason } from './reason.js';
import { textAt } from './raw-rules.js';
import { compileCondition } from './rule-language.js';
import type { RuleProblem } from './rule-set-error.js';

type RuleCase = Rule['cases'][number];
type Path = RuleProblem['path'];

const compileCase = (
  rule: string,
  { when, points, hard, reason: template }: RuleCase,
  path: Path,
): { compiled: CompiledCase; problems: RuleProblem[] } => {
  const condition = compileCondition(when);
  const reason = compileReason(template);
  const isPointsWrong = typeof points === 'string' && factSpecOf(points)?.type !== 'double';
  const index = path.at(-1);
  const problemAt = (field: string, message: string): RuleProblem => ({
    rule,
    message: `cases.${index} ${message}`,
    path: [...path, field],
  });
  const listFacts = condition.lists.map(
    ({ list, subject }) => `${listGroup}.${listFactOf(list, subject)}`,
  );
  return {
    compiled: {
      condition,
      points,
      hard,
      reason,
      reads: [
        ...new Set([
          ...condition.facts,
          ...listFacts,
          ...reason.facts,
          ...(typeof points === 'string' ? [points] : []),
        ]),
      ],
    },
    problems: [
      ...condition.problems.map(({ message, start, end }) => ({
        ...problemAt('when', message),
        span: { start, end },
      })),
      ...reason.problems.map((message) => problemAt('reason', message)),
      ...(isPointsWrong
        ? [problemAt('points', `points: ${points} is no number fact${factHint(points)}`)]
        : []),
    ],
  };
};

/** A longer condition is not parsed: its length is the problem. */
const whenMax = 2000;

/** Problems of the condition and reason of a case that may not have passed the schema. */
export const problemsOfCase = (rule: string, raw: unknown, path: Path): readonly RuleProblem[] => {
  const when = textAt(raw, 'when') ?? '';
  const isReadable = when !== '' && when.length <= whenMax;
  const { problems } = compileCase(
    rule,
    {
      when: isReadable ? when : 'true',
      points: 0,
      hard: undefined,
      reason: textAt(raw, 'reason') ?? '',
    },
    path,
  );
  return problems;
};

/** Compiles a rule, or returns all its problems. Never throws. */
export const compileRule = (
  rule: Pick<Rule, 'id' | 'name' | 'rollout' | 'cases'>,
  path: Path,
): { readonly compiled: CompiledRule; readonly problems: readonly RuleProblem[] } => {
  const { id, name, rollout } = rule;
  const cases = rule.cases.map((ruleCase, index) =>
    compileCase(id, ruleCase, [...path, 'cases', index]),
  );
  return {
    compiled: { id, name, rollout, cases: cases.map(({ compiled }) => compiled) },
    problems: cases.flatMap(({ problems }) => problems),
  };
};

/** The list lookups of some rules, without duplicates. */
export const listReadsOf = (rules: readonly CompiledRule[]): ListRead[] => {
  const reads = rules.flatMap(({ cases }) => cases.flatMap(({ condition }) => condition.lists));
  return [...new Map(reads.map((read) => [listFactOf(read.list, read.subject), read])).values()];
};

/** Names of the catalogue facts that some rules read, sorted. */
export const factNamesOf = (rules: readonly CompiledRule[]): string[] => {
  const reads = rules.flatMap(({ cases }) => cases.flatMap((ruleCase) => ruleCase.reads));
  const ofCatalogue = reads.filter((name) => !name.startsWith(`${listGroup}.`));
  return [...new Set(ofCatalogue)].toSorted();
};
