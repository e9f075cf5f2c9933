import type { TrialRow } from '../../db/rule-set-trials.js';

/** A rollout above this share decides for most; percent. */
const largeFrom = 50;

/** Whether a trial decides for so many that it is weighed as a publication is. */
export const isLargeRollout = ({ mode, percent }: Pick<TrialRow, 'mode' | 'percent'>): boolean =>
  mode === 'rollout' && percent > largeFrom;

/** What a confirmation of a rollout is given for. */
export const rolloutUse = (percent: number): string => `rollout ${percent}`;
