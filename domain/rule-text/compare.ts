import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Rule, RuleSetFile } from '../../contracts/rules.js';
import type { RuleSetChange } from '../../contracts/v1/rule-sets.js';

/** The source content of a rule set, which a diff compares. */
export interface RuleSetContent
  extends Pick<ReturnType<typeof RuleSetFile.parse>, 'bands' | 'banners'> {
  readonly rules: readonly Rule[];
}

/** A rule, an override or bands: the unit that is added, removed or changed. */
export interface RulePart {
  readonly banner: Banner | null;
  readonly rule: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
}

type Bands = RuleSetContent['bands'];

const bandsOf = (banner: Banner | null, bands: Bands): RulePart[] =>
  bands === undefined ? [] : [{ banner, rule: null, fields: bands }];

/** The parts of a rule set, each under a unique key. */
export const partsOf = ({ bands, rules, banners }: RuleSetContent): Map<string, RulePart> => {
  const parts: RulePart[] = [
    ...bandsOf(null, bands),
    ...rules.map(({ id, ...fields }) => ({ banner: null, rule: id, fields })),
    ...Object.entries(banners).flatMap(([name, own]) => {
      const banner = name as Banner;
      const overrides = Object.entries(own.rules);
      return [
        ...bandsOf(banner, own.bands),
        ...overrides.map(([rule, fields]) => ({ banner, rule, fields })),
      ];
    }),
  ];
  return new Map(parts.map((part) => [`${part.banner}/${part.rule}`, part]));
};

/** Comparing JSON is enough: one schema produced both sides, so their fields have one order. */
export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const comparePart = (
  before: RulePart | undefined,
  after: RulePart | undefined,
): RuleSetChange[] => {
  const part = after ?? before;
  if (part === undefined) return [];
  const names = Object.keys({ ...before?.fields, ...after?.fields });
  const fields = names.flatMap((field) => {
    const [was, is] = [before?.fields[field], after?.fields[field]];
    return isSame(was, is) ? [] : [{ field, before: was ?? null, after: is ?? null }];
  });
  const { banner, rule } = part;
  if (before === undefined) return [{ banner, rule, kind: 'added', fields }];
  if (after === undefined) return [{ banner, rule, kind: 'removed', fields }];
  return fields.length > 0 ? [{ banner, rule, kind: 'changed', fields }] : [];
};

/** The order matters because decisions list rules in the order of the text. */
const compareOrder = (before: RuleSetContent, after: RuleSetContent): RuleSetChange[] => {
  const idsOf = ({ rules }: RuleSetContent, other: RuleSetContent) =>
    rules.map(({ id }) => id).filter((id) => other.rules.some((rule) => rule.id === id));
  const [was, is] = [idsOf(before, after), idsOf(after, before)];
  const fields = [{ field: 'order', before: was, after: is }];
  return isSame(was, is) ? [] : [{ banner: null, rule: null, kind: 'changed', fields }];
};

/** Every rule, override and band that differs, in the order of the later rule set. */
export const compareRuleSets = (before: RuleSetContent, after: RuleSetContent): RuleSetChange[] => {
  const [was, is] = [partsOf(before), partsOf(after)];
  return [
    ...[...new Set([...is.keys(), ...was.keys()])].flatMap((key) =>
      comparePart(was.get(key), is.get(key)),
    ),
    ...compareOrder(before, after),
  ];
};
