import { z } from 'zod';
import { outcomes } from '../hbc/decision.js';
import type { PartnerDeclaration } from '../partner-declaration.js';
import { connectMs, GuardSettings } from '../partner-settings.js';

const words = z.array(z.string().min(1));

/** How Sardine is asked. */
const SardineSettings = z.strictObject({
  /** Milliseconds for opening a connection. */
  connectMs,
  /** Milliseconds for one call, inside the budget of the check. Sardine documents none. */
  callMs: z.int().min(1).default(800),
  guard: GuardSettings.prefault({}),
  /** Send `/v1/customers` once per customer a day before the risk call. */
  ensureCustomer: z.boolean().default(true),
  /** What Sardine is told of the authorisation. */
  transactionStatus: z
    .enum(['attempt', 'pending', 'challenge', 'success', 'failure'])
    .default('attempt'),
  /** Which order sources are a web shop or a store till; any other is `unspecified`. */
  sourceMap: z.record(z.string(), z.enum(['web', 'store'])).default({ web: 'web', store: 'store' }),
  /** Order sources whose orders repeat by themselves, such as subscriptions. */
  recurringSources: words.default([]),
});

const vote = z.enum(outcomes);

const SardinePolicy = z.strictObject({
  /** Off: not asked for this banner, no vote. */
  enabled: z.boolean().default(true),
  /** The vote that each of Sardine's levels is. */
  votes: z
    .strictObject({
      low: vote.default('accept'),
      medium: vote.default('accept'),
      high: vote.default('review'),
      very_high: vote.default('reject'),
      unknown: vote.default('review'),
    })
    .prefault({}),
});

/** Sardine as settings, policies and the environment know it. */
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
  policy: SardinePolicy.prefault({}),
} satisfies PartnerDeclaration;
