import { banners } from '../../contracts/hbc/transaction.js';
import type { ShadowRuleReport } from '../../contracts/v1/trial-reports.js';
import { periodMaxMs } from '../../contracts/v1/trials.js';
import type { Pool } from '../../db/pool.js';
import { countShadow } from '../../db/trial-reports.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { shadowRule } from '../../domain/trials/rule-findings.js';
import { evaluatedCells, matrixOf, ordersOf } from '../../domain/trials/side.js';
import type { Context } from '../context.js';
import { type RequestedPeriod, reportPeriod } from '../trials/read.js';

/** A rule set's shadow rules, with the banners where they are in shadow. */
const shadowedIn = (ruleSet: RuleSet) =>
  ruleSet.rules.flatMap(({ id: rule, name }) => {
    const where = banners.filter((banner) => ruleSet.of(banner).shadowRules.includes(rule));
    return where.length === 0 ? [] : [{ rule, name, where }];
  });

/**
 * The findings of each shadow rule of a version in the orders that the version decided, by default
 * of the latest 92 days. Throws `TemporarilyUnavailable`, also when the period is too large to
 * count in time.
 */
export const reportShadowRules = async (
  { db: pool, now }: Context<'now', Pool>,
  request: RequestedPeriod & {
    readonly version: number;
    /** The rules of the version. */
    readonly ruleSet: RuleSet;
  },
): Promise<ShadowRuleReport> => {
  const { version, ruleSet } = request;
  const since = new Date(now.getTime() - periodMaxMs);
  const period = reportPeriod(request, { since, until: now });
  const { cells, rules, pending } = await countShadow(pool, { by: 'version', version }, period);
  const evaluated = evaluatedCells(cells);
  return {
    version,
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    evaluated: ordersOf(evaluated),
    pending,
    faults: ordersOf(cells) - ordersOf(evaluated),
    matrix: matrixOf(evaluated),
    rules: shadowedIn(ruleSet).map(({ rule, name, where }) =>
      shadowRule(
        { rule, name },
        rules.filter((finding) => finding.rule === rule && where.includes(finding.banner)),
        ordersOf(evaluated.filter(({ banner }) => where.includes(banner))),
      ),
    ),
  };
};
