import { z } from 'zod';
import type { PartnerDeclaration } from '../partner-declaration.js';
import { connectMs, GuardSettings, voteOf } from '../partner-settings.js';

const words = z.array(z.string().min(1));

const SardineSettings = z.strictObject({
  /** Limit for opening a connection, in milliseconds. */
  connectMs,
  /** Limit of one call within the budget of the check, in milliseconds. Sardine documents none. */
  callMs: z.int().min(1).default(800),
  guard: GuardSettings.prefault({}),
  /** Send `/v1/customers` once per customer a day before the risk call. */
  ensureCustomer: z.boolean().default(true),
  /** The authorisation status sent to Sardine. */
  transactionStatus: z
    .enum(['attempt', 'pending', 'challenge', 'success', 'failure'])
    .default('attempt'),
  /** Order sources that are a web shop or a store till; any other is `unspecified`. */
  sourceMap: z.record(z.string(), z.enum(['web', 'store'])).default({ web: 'web', store: 'store' }),
  /** Order sources with automatically repeated orders, such as subscriptions. */
  recurringSources: words.default([]),
});

const SardinePolicy = z.strictObject({
  /** Off: the banner's orders do not ask Sardine, and it has no vote. */
  enabled: z.boolean().default(true),
  /** The vote for each of Sardine's levels. */
  votes: z
    .strictObject({
      low: voteOf('accept'),
      medium: voteOf('accept'),
      high: voteOf('review'),
      very_high: voteOf('reject'),
      unknown: voteOf('review'),
    })
    .prefault({}),
});

/** Settings, policy and environment of Sardine. */
export const sardine = {
  title: 'Sardine',
  environment: {
    url: 'SARDINE_URL',
    texts: { SARDINE_CLIENT_ID: z.string() },
    secrets: { SARDINE_CLIENT_SECRET: z.string() },
  },
  isOptional: false,
  settings: SardineSettings.prefault({}),
  neededSettings: [],
  policy: SardinePolicy.prefault({}).meta({ description: 'The settings for Sardine.' }),
} satisfies PartnerDeclaration;
