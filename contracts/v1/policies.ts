import { z } from 'zod';
import { banners } from '../hbc/transaction.js';
import { Policy } from '../policy.js';
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
  })
  .meta({ id: 'PolicyChange' });
export type PolicyChange = z.output<typeof PolicyChange>;
