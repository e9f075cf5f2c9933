import { type BannerRules, Rule, RuleSetFile } from '../../contracts/rules.js';
import { withFirstNames } from '../facts/renamed.js';
import { ownValue } from '../own-value.js';
import { compileRule, factNamesOf, listReadsOf, problemsOfCase } from './compile-rule.js';
import { groupAt, labelOf, overridesIn, placedCasesIn, rulesIn, textAt } from './raw-rules.js';
import { type BannerRuleSet, type RuleInForce, type RuleSet, toBannerRuleSet } from './rule-set.js';
import { type RuleProblem, RuleSetError } from './rule-set-error.js';

type RuleSetDocument = ReturnType<typeof RuleSetFile.parse>;

/** The part of a zod error that the rules need; this room does not import zod. */
interface SchemaError {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

const problemsOf = (
  rule: string,
  error: SchemaError,
  base: readonly (string | number)[] = [],
): RuleProblem[] =>
  error.issues.map(({ path, message }) => ({
    rule,
    message: path.length === 0 ? message : `${path.join('.')} ${message}`,
    path: [...base, ...path.filter((key) => typeof key !== 'symbol')],
  }));

const parseRules = (raw: readonly unknown[], problems: RuleProblem[]): Map<number, Rule> => {
  const rules = new Map<number, Rule>();
  for (const [index, rawRule] of raw.entries()) {
    const rule = Rule.safeParse(rawRule);
    if (rule.success) rules.set(index, rule.data);
    else problems.push(...problemsOf(labelOf(rawRule, index), rule.error, ['rules', index]));
  }
  const seen = new Set<string>();
  for (const [index, rawRule] of raw.entries()) {
    const id = textAt(rawRule, 'id');
    if (id === undefined) continue;
    if (seen.has(id)) {
      problems.push({ rule: id, message: 'the id is used twice', path: ['rules', index, 'id'] });
    }
    seen.add(id);
  }
  return rules;
};

const compileRules = (rules: ReadonlyMap<number, Rule>, problems: RuleProblem[]): RuleInForce[] =>
  [...rules].map(([index, rule]) => {
    const { compiled, problems: ofRule } = compileRule(rule, ['rules', index]);
    problems.push(...ofRule);
    return { rule, compiled };
  });

/** Overrides, in whatever form, of rules that the document does not have. */
const strangersIn = (raw: unknown, banner: string): RuleProblem[] => {
  const ids = new Set(rulesIn(raw).map((rule) => textAt(rule, 'id')));
  return overridesIn(raw, banner).flatMap(([id]) => {
    if (ids.has(id)) return [];
    const path = ['banners', banner, 'rules', id];
    return [{ rule: id, message: `${banner} overrides a rule that is not there`, path }];
  });
};

/** The rules of one banner. A rule without an override is compiled once for all banners. */
const overridden = (
  common: readonly RuleInForce[],
  banner: string,
  overrides: BannerRules['rules'],
  problems: RuleProblem[],
): RuleInForce[] => {
  return common.map((inForce) => {
    const { id } = inForce.rule;
    const override = ownValue(overrides, id);
    if (override === undefined) return inForce;
    const given = Object.entries(override).filter(([, value]) => value !== undefined);
    const rule: Rule = { ...inForce.rule, ...Object.fromEntries(given) };
    const path = ['banners', banner, 'rules', rule.id];
    const { compiled, problems: ofRule } = compileRule(rule, path);
    if (override.cases !== undefined) problems.push(...ofRule);
    return { rule, compiled };
  });
};

/** The same text for the same rules, whatever the layout of the file. */
const canonicalText = ({ bands, banners }: RuleSetDocument, rules: readonly Rule[]): string => {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)),
        )
      : value;
  return JSON.stringify({ bands, rules, banners }, sorted);
};

/**
 * Problems of conditions and reasons in a document that the schema refused, so that one edit can
 * fix everything.
 */
const problemsOfCases = (raw: unknown): RuleProblem[] => [
  ...placedCasesIn(raw).flatMap(({ rule, raw: one, path }) => problemsOfCase(rule, one, path)),
  ...Object.keys(groupAt(raw, 'banners')).flatMap((banner) => strangersIn(raw, banner)),
];

/** Removes duplicates: schema and conditions may report the same place. */
const onceEach = (problems: readonly RuleProblem[]): RuleProblem[] => [
  ...new Map(
    problems.map((one) => [JSON.stringify([one.path, one.span, one.message]), one]),
  ).values(),
];

/** All problems of a document that a schema or a condition has refused. */
const allProblemsOf = (raw: unknown, known: readonly RuleProblem[]): RuleProblem[] =>
  onceEach([...known, ...problemsOfCases(raw)]);

/**
 * Checks and compiles a parsed rules file. `hash` turns its canonical text into a short stable
 * hash; it is passed in because this room has no crypto. Throws `RuleSetError` with every problem
 * of every rule; a set with any problem is never used.
 */
export const loadRuleSet = (raw: unknown, hash: (text: string) => string): RuleSet => {
  const problems: RuleProblem[] = [];
  const file = RuleSetFile.safeParse(raw);
  if (!file.success) problems.push(...problemsOf('rule set', file.error));
  const rules = parseRules(rulesIn(raw), problems);
  if (!file.success) throw new RuleSetError(allProblemsOf(raw, problems));
  const common = compileRules(rules, problems);
  const { bands, banners } = file.data;
  const others = Object.entries(banners).map(([banner, own]) => {
    problems.push(...strangersIn(raw, banner));
    const inForce = overridden(common, banner, own.rules, problems);
    return [banner, { inForce, set: toBannerRuleSet(inForce, own.bands ?? bands) }] as const;
  });
  if (problems.length > 0) throw new RuleSetError(allProblemsOf(raw, problems));
  const all = [...common, ...others.flatMap(([, { inForce }]) => inForce)];
  const enabled = all.filter(({ rule }) => rule.enabled).map(({ compiled }) => compiled);
  const ofBanner = new Map<string, BannerRuleSet>(others.map(([banner, { set }]) => [banner, set]));
  const ofAll = toBannerRuleSet(common, bands);
  return {
    hash: hash(withFirstNames(canonicalText(file.data, [...rules.values()]))),
    rules: [...rules.values()],
    factNames: factNamesOf(enabled),
    lists: listReadsOf(enabled),
    of: (banner) => ofBanner.get(banner) ?? ofAll,
  };
};
