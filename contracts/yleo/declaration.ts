import { z } from 'zod';
import type { PartnerDeclaration } from '../partner-declaration.js';
import { connectMs, GuardSettings, voteOf } from '../partner-settings.js';

/** Yleo's number of each order source. */
const sourceIds = z.record(z.string(), z.int());
/** Yleo's number of each shipping method. */
const shippingMethodIds = z.record(z.string(), z.int());
/** For an unlisted method. Null makes such an order not applicable. */
const defaultShippingMethodId = z.int().nullable();

const YleoSettings = z.strictObject({
  /** Limit for opening a connection, in milliseconds. */
  connectMs,
  /** Limit of one call within the budget of the check, in milliseconds. Yleo documents none. */
  callMs: z.int().min(1).default(1_000),
  guard: GuardSettings.prefault({}),
  /** Yleo's deep health check, below `YLEO_URL`; Yleo publishes no path. Unset: no probe. */
  deepHealthPath: z
    .string()
    .regex(/^\/[^\s/#][^\s#]*$/)
    .optional(),
  /** Order source to Yleo's numeric source id; an unmapped source is not applicable. */
  sourceIds: sourceIds.default({ web: 71, subscription: 72 }),
  shippingMethodIds: shippingMethodIds.default({
    standard: 1,
    express: 2,
    'two-day': 3,
    overnight: 4,
    electronic: 5,
    pickup: 6,
  }),
  /** For an unlisted method. Null makes such an order not applicable. */
  defaultShippingMethodId: defaultShippingMethodId.default(1),
  /** Kount's own documented placeholder for orders without a phone. */
  phonePlaceholder: z.string().default('0123456789'),
});

/** A banner's own maps; each one replaces the common map. */
export const BannerYleoSettings = z.strictObject({
  sourceIds: sourceIds.optional(),
  shippingMethodIds: shippingMethodIds.optional(),
  defaultShippingMethodId: defaultShippingMethodId.optional(),
});

const YleoPolicy = z.strictObject({
  enabled: z.boolean().default(true),
  /** The vote for each of Yleo's results. */
  votes: z
    .strictObject({
      Approved: voteOf('accept'),
      Review: voteOf('review'),
      Escalate: voteOf('review'),
      NotPerformed: voteOf('review'),
      Declined: voteOf('reject'),
    })
    .prefault({}),
});

/** Settings, policy and environment of Yleo. */
export const yleo = {
  title: 'Yleo',
  environment: { url: 'YLEO_URL', texts: {}, secrets: {} },
  isOptional: false,
  settings: YleoSettings.prefault({}),
  neededSettings: [],
  policy: YleoPolicy.prefault({}).meta({ description: 'The settings for Yleo.' }),
} satisfies PartnerDeclaration;
