import { readFitState } from '../../db/points-fits.js';
import type { Context } from '../context.js';

/** The state of all fits; seconds are counted up to now. */
export interface FitState {
  readonly running: number;
  /** How long the one that has stood still for longest has done so; 0 while none runs. */
  readonly standingSeconds: number;
  /** How long ago the latest one was done; undefined before the first. */
  readonly doneSecondsAgo: number | undefined;
}

/** Throws `TemporarilyUnavailable`. */
export const fitState = async ({ db, now }: Context<'now'>): Promise<FitState> => {
  const { running, progressed_at: progressedAt, done_at: doneAt } = await readFitState(db);
  const secondsSince = (at: Date): number => Math.max(0, (now.getTime() - at.getTime()) / 1000);
  return {
    running,
    standingSeconds: progressedAt === null ? 0 : secondsSince(progressedAt),
    doneSecondsAgo: doneAt === null ? undefined : secondsSince(doneAt),
  };
};
