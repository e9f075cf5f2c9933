import type { Banner } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import type { PolicyDiff, PolicyDifferences } from '../../contracts/v1/policies.js';
import { ownValue } from '../../domain/own-value.js';
import type { Context } from '../context.js';
import { type PolicyDefaults, readPolicy, readPolicyVersion } from './versions.js';

const emptyPolicy = Policy.parse({});

/** One setting that differs between two policies. */
interface PolicyDifference {
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

/** Every setting in which `to` differs from `from`; the order of fields does not matter. */
export const listChanges = (from: Policy, to: Policy): PolicyDifference[] => compare('', from, to);

/** The differences of two policies: removed, added and changed settings. */
export const differencesOf = (from: Policy, to: Policy): PolicyDifferences => {
  const own = (policy: Policy) => new Set(listChanges(emptyPolicy, policy).map(({ path }) => path));
  const [was, is] = [own(from), own(to)];
  const all = listChanges(from, to);
  return {
    removed: all.filter(({ path }) => !is.has(path)),
    added: all.filter(({ path }) => !was.has(path)),
    changed: all.filter(({ path }) => was.has(path) && is.has(path)),
  };
};

/**
 * The differences of a version of a banner's policy from another one, by default the previous one,
 * and from the one in force; undefined when there is no such version.
 */
export const diffPolicy = async (
  { db }: Context,
  defaults: PolicyDefaults,
  given: { readonly banner: Banner; readonly version: number; readonly from: number | undefined },
): Promise<PolicyDiff | undefined> => {
  const { banner, version } = given;
  const from = given.from ?? Math.max(0, version - 1);
  const [own, other, inForce] = await Promise.all([
    readPolicyVersion({ db }, defaults, banner, version),
    readPolicyVersion({ db }, defaults, banner, from),
    readPolicy({ db }, defaults, banner),
  ]);
  if (own === undefined || other === undefined) return undefined;
  return {
    from,
    changes: differencesOf(other.policy, own.policy),
    inForce: {
      version: inForce.version,
      changes: differencesOf(inForce.policy, own.policy),
    },
  };
};
