import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Policy } from '../../contracts/policy.js';
import type { PolicyVersion } from '../../contracts/v1/policies.js';
import type { PolicyRow } from '../../db/policies.js';

/** Each banner's policy of the settings file: its version 0. */
export type PolicyDefaults = Readonly<Record<Banner, Policy>>;

/** A published policy as callers see it. */
export const publishedVersion = (row: PolicyRow): PolicyVersion => ({
  banner: row.banner,
  version: row.version,
  policy: row.policy,
  note: row.note,
  author: row.author,
  publishedAt: row.published_at.toISOString(),
});

/** Version 0: the settings file's policy. */
export const fileVersion = (defaults: PolicyDefaults, banner: Banner): PolicyVersion => ({
  banner,
  version: 0,
  policy: defaults[banner],
  note: '',
  author: null,
  publishedAt: null,
});
