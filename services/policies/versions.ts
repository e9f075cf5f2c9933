import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import type { PolicyDiff, PolicyDifferences, PolicyVersion } from '../../contracts/v1/policies.js';
import {
  findLatestPolicy,
  findPolicyVersion,
  listLatestPolicies,
  listPolicyVersions,
  type PolicyRow,
} from '../../db/policies.js';
import { ownValue } from '../../domain/own-value.js';
import type { Context } from '../context.js';

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

/** Each banner's policy in the settings file: its version 0. */
export type PolicyDefaults = Readonly<Record<Banner, Policy>>;

/** A published policy as the API shows it. */
const publishedVersion = (row: PolicyRow): PolicyVersion => ({
  banner: row.banner,
  version: row.version,
  policy: row.policy,
  note: row.note,
  author: row.author,
  publishedAt: row.published_at.toISOString(),
});

/** Version 0: the settings file's policy. */
const fileVersion = (defaults: PolicyDefaults, banner: Banner): PolicyVersion => ({
  banner,
  version: 0,
  policy: defaults[banner],
  note: '',
  author: null,
  publishedAt: null,
});

/** One version of a banner's policy; undefined when there is none. */
export const readPolicyVersion = async (
  { db }: Context,
  defaults: PolicyDefaults,
  banner: Banner,
  version: number,
): Promise<PolicyVersion | undefined> => {
  if (version === 0) return fileVersion(defaults, banner);
  const row = await findPolicyVersion(db, banner, version);
  return row && publishedVersion(row);
};

/** The policy in force of one banner. */
export const readPolicy = async (
  { db }: Context,
  defaults: PolicyDefaults,
  banner: Banner,
): Promise<PolicyVersion> => {
  const latest = await findLatestPolicy(db, banner);
  return latest === undefined ? fileVersion(defaults, banner) : publishedVersion(latest);
};

/** The policy in force of every banner. */
export const listPolicies = async (
  { db }: Context,
  defaults: PolicyDefaults,
): Promise<PolicyVersion[]> => {
  const published = await listLatestPolicies(db);
  return banners.map((banner) => {
    const latest = published.find((row) => row.banner === banner);
    return latest === undefined ? fileVersion(defaults, banner) : publishedVersion(latest);
  });
};

/**
 * A banner's policies, newest first. The last is version 0, from the present settings file; earlier
 * contents of that file are not kept.
 */
export const listPolicyHistory = async (
  { db }: Context,
  defaults: PolicyDefaults,
  banner: Banner,
): Promise<PolicyVersion[]> => [
  ...(await listPolicyVersions(db, banner)).map(publishedVersion),
  fileVersion(defaults, banner),
];
