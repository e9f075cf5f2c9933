import type { BannerRules, Rule } from '../../contracts/rules.js';
import type { ConfirmationFigures } from '../../contracts/v1/confirmation.js';

/** The rules of a set with the overrides of each banner. */
export interface RulesOfBanners {
  readonly rules: readonly Rule[];
  readonly banners: Readonly<Partial<Record<string, BannerRules>>>;
}

/** At most this many ids are reported. */
const idsMax = 100;

/** The share of orders that a rule can decide, 0 to 1. */
const coverOf = ({ enabled, mode, rollout }: Rule): number =>
  enabled && mode === 'live' ? (rollout?.percent ?? 100) / 100 : 0;

const coversIn = ({ rules, banners }: RulesOfBanners, banner: string): Map<string, number> => {
  const overrides = new Map(Object.entries(banners[banner]?.rules ?? {}));
  return new Map(
    rules.map((rule) => {
      const given = Object.entries(overrides.get(rule.id) ?? {}).filter(
        ([, value]) => value !== undefined,
      );
      return [rule.id, coverOf({ ...rule, ...Object.fromEntries(given) })];
    }),
  );
};

const outOf = (
  before: RulesOfBanners,
  after: RulesOfBanners,
  banner: string,
): NonNullable<ConfirmationFigures['rules']> => {
  const [was, is] = [coversIn(before, banner), coversIn(after, banner)];
  const inForce = [...was].filter(([, cover]) => cover > 0);
  const lost = inForce
    .map(([id, cover]) => [id, cover - (is.get(id) ?? 0)] as const)
    .filter(([, cover]) => cover > 0);
  const sum = (covers: readonly (readonly [string, number])[]) =>
    covers.reduce((total, [, cover]) => total + cover, 0);
  return {
    inForce: inForce.length,
    out: lost.length,
    share: inForce.length === 0 ? 0 : Math.min(1, sum(lost) / sum(inForce)),
    ids: lost.slice(0, idsMax).map(([id]) => id),
  };
};

/**
 * Deciding rules that would no longer decide: removed, disabled, moved to shadow, or rolled out to
 * a smaller share. Reports the banner that loses most.
 */
export const rulesOut = (
  before: RulesOfBanners,
  after: RulesOfBanners,
  banners: readonly string[],
): NonNullable<ConfirmationFigures['rules']> => {
  const all = banners.map((banner) => outOf(before, after, banner));
  const [most] = all.toSorted((one, other) => other.share - one.share);
  return most ?? { inForce: 0, out: 0, share: 0, ids: [] };
};
