import { Context } from '@temporalio/activity';
import type { DriftSign } from '../../contracts/v1/drift.js';
import { printShare } from '../../domain/case/figures.js';
import { atPresent } from '../../services/context.js';
import { countDriftDays } from '../../services/drift/count.js';
import { readSigns } from '../../services/drift/report.js';
import type { UpkeepActivityDeps } from './create-upkeep-activities.js';

const alarmOf = {
  fact_silent: 'drift_fact_silent',
  rule_surging: 'drift_rule_surging',
  partner_shifted: 'drift_partner_shifted',
} as const satisfies Readonly<Record<DriftSign, string>>;

/** How many days were counted, and how many signs of a drift today shows. */
export interface NotedDrift {
  readonly days: number;
  readonly signs: number;
}

/**
 * Counts what the decisions of today and of earlier days were like, and raises an alarm for each
 * fact, rule and partner that behaves as it never did. May run twice, also concurrently. Stops
 * between two pages when cancelled. Throws `TemporarilyUnavailable`.
 */
export const noteDrift = (deps: UpkeepActivityDeps) => async (): Promise<NotedDrift> => {
  const context = Context.current();
  const onPage = (): void => {
    context.heartbeat();
    context.cancellationSignal.throwIfAborted();
  };
  const present = atPresent(deps);
  const { days } = await countDriftDays(present, { onPage });
  const signs = await readSigns(present);
  for (const { sign, banner, name, now, before } of signs) {
    deps.reports.alarm(alarmOf[sign], {
      ...{ banner, name, today: printShare(now), before: printShare(before) },
    });
  }
  return { days, signs: signs.length };
};
