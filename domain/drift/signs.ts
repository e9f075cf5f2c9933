import type { DriftSign } from '../../contracts/v1/drift.js';
import { absent } from './series.js';
import { ordersMin, type Period, type Shift, shiftsOf } from './shift.js';

export interface Sign {
  readonly sign: DriftSign;
  /** The rule's id, the fact's name or the partner. */
  readonly name: string;
  /** The share that the sign is about, from 0 to 1. */
  readonly now: number;
  readonly before: number;
}

/** Values that say nothing. */
const silentParts = new Set([absent, 'false', '0', 'none', 'unknown']);

/** So many expected and none seen: chance does that once in 485 million times (e to the −20). */
const expectedMin = 20;

const spokenShare = ({ parts }: Shift, side: 'now' | 'before'): number =>
  parts.filter(({ part }) => !silentParts.has(part)).reduce((sum, part) => sum + part[side], 0);

const silentFact = (shift: Shift): Sign[] => {
  const [now, before] = [spokenShare(shift, 'now'), spokenShare(shift, 'before')];
  const isSilent = now === 0 && before * shift.nowOrders >= expectedMin;
  return isSilent ? [{ sign: 'fact_silent', name: shift.name, now, before }] : [];
};

/** A rule surges when it hits three times its share, and at least a tenth of all orders more. */
const surgeTimes = 3;
const surgeShare = 0.1;

const surgingRule = (shift: Shift): Sign[] => {
  const hit = shift.parts.find(({ part }) => part === 'hit');
  if (hit === undefined || shift.index === null) return [];
  const { now, before } = hit;
  const isSurging = now >= surgeTimes * before && now >= before + surgeShare;
  return isSurging ? [{ sign: 'rule_surging', name: shift.name, now, before }] : [];
};

const shiftedPartner = ({ name, state, parts: [moved] }: Shift): Sign[] => {
  if (state !== 'shifted' || moved === undefined) return [];
  return [{ sign: 'partner_shifted', name, now: moved.now, before: moved.before }];
};

const signOf = (shift: Shift): Sign[] => {
  switch (shift.kind) {
    case 'fact':
      return silentFact(shift);
    case 'rule':
      return surgingRule(shift);
    case 'partner':
      return shiftedPartner(shift);
    case 'outcome':
      return [];
    default:
      return shift.kind satisfies never;
  }
};

/** The signs of a short period, such as a day, against the one before it. */
export const signsOf = (now: Period, before: Period): Sign[] =>
  now.orders < ordersMin || before.orders < ordersMin ? [] : shiftsOf(now, before).flatMap(signOf);
