import { claimFlagAlarm, type FlagAlarm } from '../../db/flag-guard.js';
import type { Context } from '../context.js';

/** The alarm is repeated while it lasts, as those of late work are. */
const everyMs = 3_600_000;

/**
 * True for the one caller, of all workers, that is to raise the alarm now. Throws
 * `TemporarilyUnavailable`.
 */
export const takeFlagAlarm = ({ db, now }: Context<'now'>, alarm: FlagAlarm): Promise<boolean> =>
  claimFlagAlarm(db, alarm, { now, everyMs });
