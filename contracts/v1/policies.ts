import { z } from 'zod';
import { banners } from '../hbc/transaction.js';
import { Policy } from '../policy.js';
import { AnswerFigures, confirmation } from './confirmation.js';
import { reasonText } from './free-text.js';

/** A policy with its place in the banner's history. */
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

/** Body of `PUT /v1/policies/{banner}`: the whole new policy; what is left out is the default. */
export const PolicyChange = z
  .strictObject({
    policy: Policy,
    /** Why, for the audit trail. */
    note: reasonText,
    /** When given, the change is refused unless this version is the one in force. */
    expectedVersion: z.int().min(0).optional(),
    confirm: confirmation,
  })
  .meta({ id: 'PolicyChange' });
export type PolicyChange = z.output<typeof PolicyChange>;

/** Body of `POST /v1/policies/{banner}/versions/{version}/publication`. */
export const PolicyReturn = PolicyChange.omit({ policy: true }).meta({ id: 'PolicyReturn' });
export type PolicyReturn = z.output<typeof PolicyReturn>;

const setting = z.object({ path: z.string(), from: z.unknown(), to: z.unknown() });

/** In what two policies differ, by the names from the policy down: `partners.yleo.votes.Review`. */
export const PolicyDifferences = z
  .object({
    /** Went: had a value of its own, is left out, and has its default again. */
    removed: z.array(setting),
    /** Came: had its default. */
    added: z.array(setting),
    changed: z.array(setting),
  })
  .meta({ id: 'PolicyDifferences' });
export type PolicyDifferences = z.output<typeof PolicyDifferences>;

/** Answer of a publication: what is in force now, and what came, went and changed by it. */
export const PolicyPublished = PolicyVersion.extend({ changes: PolicyDifferences }).meta({
  id: 'PolicyPublished',
});
export type PolicyPublished = z.output<typeof PolicyPublished>;

/** Answer of `GET /v1/policies/{banner}/versions/{version}/diff`. */
export const PolicyDiff = z
  .object({
    from: z.int().min(0),
    changes: PolicyDifferences,
    /** Against what is in force now. */
    inForce: z.object({ version: z.int().min(0), changes: PolicyDifferences }),
  })
  .meta({ id: 'PolicyDiff' });
export type PolicyDiff = z.output<typeof PolicyDiff>;

/** Body of `POST /v1/policies/{banner}/try`. */
export const PolicyToTry = z.strictObject({ policy: Policy }).meta({ id: 'PolicyToTry' });

/** Answer of `POST /v1/policies/{banner}/try`: what the last day would have been. */
export const PolicyTry = z
  .object({ changes: PolicyDifferences, answers: AnswerFigures })
  .meta({ id: 'PolicyTry' });
export type PolicyTry = z.output<typeof PolicyTry>;
