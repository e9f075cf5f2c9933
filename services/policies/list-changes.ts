import type { Policy } from '../../contracts/policy.js';
import { ownValue } from '../../domain/own-value.js';

/** One setting that differs between two policies. */
export interface PolicyDifference {
  /** Names from the policy down to the setting: `partners.sardine.votes.high`. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const compare = (path: string, from: unknown, to: unknown): PolicyDifference[] => {
  if (!isGroup(from) || !isGroup(to)) return from === to ? [] : [{ path, from, to }];
  return Object.keys({ ...from, ...to }).flatMap((name) =>
    compare(path === '' ? name : `${path}.${name}`, ownValue(from, name), ownValue(to, name)),
  );
};

/** Every setting in which `to` differs from `from`, whatever the order of their fields. */
export const listChanges = (from: Policy, to: Policy): PolicyDifference[] => compare('', from, to);
