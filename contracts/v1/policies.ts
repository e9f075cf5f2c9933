import { z } from 'zod';
import { banners } from '../hbc/transaction.js';
import { Policy } from '../policy.js';
import { AnswerFigures, confirmation } from './confirmation.js';
import { reasonText } from './free-text.js';

/** A policy with its version in the banner's history. */
export const PolicyVersion = z
  .object({
    banner: z.enum(banners),
    /** 0 is the settings file's; each publication adds one. */
    version: z.int().min(0),
    policy: Policy,
    note: z.string(),
    /** Null for the settings file's. */
    author: z.string().nullable(),
    publishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'PolicyVersion' });
export type PolicyVersion = z.output<typeof PolicyVersion>;

/** Answer of `GET /v1/policies`: the one in force for each banner. */
export const PolicyList = z.object({ policies: z.array(PolicyVersion) }).meta({ id: 'PolicyList' });

/** Answer of `GET /v1/policies/{banner}/versions`, newest first. */
export const PolicyHistory = z
  .object({ versions: z.array(PolicyVersion) })
  .meta({ id: 'PolicyHistory' });

/** Body of `PUT /v1/policies/{banner}`: the whole new policy; absent fields get their defaults. */
export const PolicyChange = z
  .strictObject({
    policy: Policy,
    /** Why, for the audit trail. */
    note: reasonText,
    /** When given, the change fails unless this version is in force. */
    expectedVersion: z.int().min(0).optional(),
    confirm: confirmation,
  })
  .meta({ id: 'PolicyChange' });
export type PolicyChange = z.output<typeof PolicyChange>;

/** Body of `POST /v1/policies/{banner}/versions/{version}/publication`. */
export const PolicyReturn = PolicyChange.omit({ policy: true }).meta({ id: 'PolicyReturn' });
export type PolicyReturn = z.output<typeof PolicyReturn>;

const setting = z.object({ path: z.string(), from: z.unknown(), to: z.unknown() });

/** The differences of two policies, by path within the policy: `partners.yleo.votes.Review`. */
export const PolicyDifferences = z
  .object({
    /** Settings that fall back to their default. */
    removed: z.array(setting),
    /** Settings that had their default before. */
    added: z.array(setting),
    changed: z.array(setting),
  })
  .meta({ id: 'PolicyDifferences' });
export type PolicyDifferences = z.output<typeof PolicyDifferences>;

/** Answer of a publication: the policy in force now, and the differences to the previous one. */
export const PolicyPublished = PolicyVersion.extend({ changes: PolicyDifferences }).meta({
  id: 'PolicyPublished',
});
export type PolicyPublished = z.output<typeof PolicyPublished>;

/** Answer of `GET /v1/policies/{banner}/versions/{version}/diff`. */
export const PolicyDiff = z
  .object({
    from: z.int().min(0),
    changes: PolicyDifferences,
    /** Compared with the policy in force. */
    inForce: z.object({ version: z.int().min(0), changes: PolicyDifferences }),
  })
  .meta({ id: 'PolicyDiff' });
export type PolicyDiff = z.output<typeof PolicyDiff>;

/** Body of `POST /v1/policies/{banner}/try`. */
export const PolicyToTry = z.strictObject({ policy: Policy }).meta({ id: 'PolicyToTry' });

/** Answer of `POST /v1/policies/{banner}/try`: the effect on the last day's answers. */
export const PolicyTry = z
  .object({ changes: PolicyDifferences, answers: AnswerFigures })
  .meta({ id: 'PolicyTry' });
export type PolicyTry = z.output<typeof PolicyTry>;
