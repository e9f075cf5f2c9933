import { type BannerRules, Rule, RuleSetFile } from '../../contracts/rules.js';
import { ownValue } from '../own-value.js';
import { compileRule, factNamesOf, listReadsOf } from './compile-rule.js';
import { type BannerRuleSet, type RuleInForce, type RuleSet, toBannerRuleSet } from './rule-set.js';
import { type RuleProblem, RuleSetError } from './rule-set-error.js';

type RuleSetDocument = ReturnType<typeof RuleSetFile.parse>;

/** What the rules need of a zod error, whose package this room does not import. */
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

/** What to call a rule that could not be read: its id if it has one, else its position. */
const labelOf = (raw: unknown, index: number): string => {
  const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : undefined;
  return typeof id === 'string' && id !== '' ? id : `rule ${index + 1}`;
};

const parseRules = (raw: readonly unknown[], problems: RuleProblem[]): Map<number, Rule> => {
  const rules = new Map<number, Rule>();
  for (const [index, rawRule] of raw.entries()) {
    const rule = Rule.safeParse(rawRule);
    if (rule.success) rules.set(index, rule.data);
    else problems.push(...problemsOf(labelOf(rawRule, index), rule.error, ['rules', index]));
  }
  const seen = new Set<string>();
  for (const [index, { id }] of rules) {
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

const groupAt = (raw: unknown, name: string): Readonly<Record<string, unknown>> => {
  const found = ownValue(raw as Readonly<Record<string, unknown>>, name);
  return typeof found === 'object' && found !== null ? { ...found } : {};
};

/** Ids by the text itself: a schema of records passes over `__proto__` without a word. */
const overriddenIds = (raw: unknown, banner: string): string[] =>
  Object.keys(groupAt(groupAt(groupAt(raw, 'banners'), banner), 'rules'));

/** The rules as one banner has them; a rule without an override is compiled once for all. */
const overridden = (
  common: readonly RuleInForce[],
  banner: string,
  overrides: BannerRules['rules'],
  ids: readonly string[],
  problems: RuleProblem[],
): RuleInForce[] => {
  for (const id of ids) {
    if (common.some(({ rule }) => rule.id === id)) continue;
    const path = ['banners', banner, 'rules', id];
    problems.push({ rule: id, message: `${banner} overrides a rule that is not there`, path });
  }
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

/** The same text for the same rules, however the file was laid out. */
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
 * Checks and compiles a parsed rules file. `hash` turns its canonical text into a short stable
 * hash (it is passed in because this room has no crypto). Throws `RuleSetError` with every
 * problem of every rule at once; nothing of a set with a problem is ever used.
 */
export const loadRuleSet = (raw: unknown, hash: (text: string) => string): RuleSet => {
  const file = RuleSetFile.safeParse(raw);
  if (!file.success) throw new RuleSetError(problemsOf('rule set', file.error));
  const problems: RuleProblem[] = [];
  const rules = parseRules(file.data.rules, problems);
  const common = compileRules(rules, problems);
  const { bands, banners } = file.data;
  const others = Object.entries(banners).map(([banner, own]) => {
    const inForce = overridden(common, banner, own.rules, overriddenIds(raw, banner), problems);
    return [banner, { inForce, set: toBannerRuleSet(inForce, own.bands ?? bands) }] as const;
  });
  if (problems.length > 0) throw new RuleSetError(problems);
  const all = [...common, ...others.flatMap(([, { inForce }]) => inForce)];
  const enabled = all.filter(({ rule }) => rule.enabled).map(({ compiled }) => compiled);
  const ofBanner = new Map<string, BannerRuleSet>(others.map(([banner, { set }]) => [banner, set]));
  const ofAll = toBannerRuleSet(common, bands);
  return {
    hash: hash(canonicalText(file.data, [...rules.values()])),
    rules: [...rules.values()],
    factNames: factNamesOf(enabled),
    lists: listReadsOf(enabled),
    of: (banner) => ofBanner.get(banner) ?? ofAll,
  };
};
