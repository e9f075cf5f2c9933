import { type Banner, banners as allBanners } from '../../contracts/hbc/transaction.js';
import type { Bands } from '../../contracts/rules.js';
import { groupBy } from '../group-by.js';
import type { RuleSetContent } from '../rule-text/compare.js';
import type { BandGroup } from './fit.js';

/**
 * The bands in force of one banner, or of all, where each has them: its own in the rule set, else
 * those of the whole rule set, else those of the settings file. Banners that have them in the same
 * place are one group.
 */
export const bandGroupsOf = (
  { bands, banners }: Pick<RuleSetContent, 'bands' | 'banners'>,
  settings: Readonly<Record<Banner, { readonly bands: Bands }>>,
  scope: Banner | null,
): BandGroup[] => {
  const found = (scope === null ? allBanners : [scope]).map((banner) => {
    const own = banners[banner]?.bands;
    const inForce = own ?? bands ?? settings[banner].bands;
    const place = own === undefined ? JSON.stringify(inForce) : banner;
    return { banner, place, bands: inForce };
  });
  return [...groupBy(found, ({ place }) => place).values()].map((same) => ({
    banners: same.map(({ banner }) => banner),
    bands: (same[0] as (typeof found)[number]).bands,
  }));
};
