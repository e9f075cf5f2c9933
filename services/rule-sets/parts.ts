import type { Banner } from '../../contracts/hbc/transaction.js';
import type { RuleSetContent } from '../../domain/rule-text/content.js';

/** A rule, an override or bands: what can be added, removed or changed as one. */
export interface RulePart {
  readonly banner: Banner | null;
  readonly rule: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
}

type Bands = RuleSetContent['bands'];

const bandsOf = (banner: Banner | null, bands: Bands): RulePart[] =>
  bands === undefined ? [] : [{ banner, rule: null, fields: bands }];

/** The parts of a rule set, each under a key of its own. */
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

/** Both sides come from one schema, which puts their fields in one order. */
export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
