import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import type { Policy } from '../../contracts/policy.js';
import type { PolicyVersion } from '../../contracts/v1/policies.js';
import {
  findLatestPolicy,
  findPolicyVersion,
  listLatestPolicies,
  listPolicyVersions,
  type PolicyRow,
} from '../../db/policies.js';
import type { Context } from '../context.js';

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
