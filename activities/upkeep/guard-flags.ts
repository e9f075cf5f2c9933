import type { FlagReport } from '../../contracts/v1/flag-guard.js';
import { printShare } from '../../domain/case/figures.js';
import { atPresent } from '../../services/context.js';
import { takeFlagAlarm } from '../../services/flag-guard/alarm.js';
import { fallBack, type FellBack, type FlagsOver } from '../../services/flag-guard/fall-back.js';
import { readFlagReport } from '../../services/flag-guard/report.js';
import type { UpkeepActivityDeps } from './create-upkeep-activities.js';

type Over = FlagReport['banners'][number] & Pick<FlagsOver, 'publication'>;

const fieldsOf = ({ banner, orders, flagged, expected }: Over) => ({
  ...{ banner, orders: String(orders), flagged: printShare(flagged / orders) },
  expected: expected === null ? '' : printShare(expected.flagged / expected.orders),
  basis: expected?.basis ?? '',
});

/** What the guard found and did. */
export interface GuardedFlags {
  /** Banners of which more orders are flagged than the multiple allows. */
  readonly over: readonly string[];
  readonly fallBack: FellBack | null;
}

/**
 * Compares the flags of the rule set in force with what was expected of it. Raises an alarm about
 * each banner that is over, once an hour, and puts the version before in force where a banner's
 * policy says so. May run twice, also concurrently. Throws `TemporarilyUnavailable`.
 */
export const guardFlags = (deps: UpkeepActivityDeps) => async (): Promise<GuardedFlags> => {
  const { reports } = deps;
  const present = atPresent(deps);
  const { publication, version, banners: flags } = await readFlagReport(present);
  const over = flags.flatMap((one): Over[] =>
    publication !== null && one.state === 'over' ? [{ ...one, publication }] : [],
  );
  for (const one of over) {
    if (!(await takeFlagAlarm(present, one))) continue;
    reports.alarm('rules_flag_too_many', { version: String(version), ...fieldsOf(one) });
  }
  const asking = over.find((one) => one.fallBack);
  const fellBack = asking === undefined ? null : await fallBack(present, asking);
  if (fellBack?.kind === 'fell_back') {
    const versions = { from: String(version), to: String(fellBack.version) };
    reports.alarm('rules_fell_back', { ...versions, banner: asking?.banner ?? '' });
  }
  return { over: over.map(({ banner }) => banner), fallBack: fellBack };
};
