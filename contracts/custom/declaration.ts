import { z } from 'zod';
import { outcomes } from '../hbc/decision.js';
import type { PartnerDeclaration } from '../partner-declaration.js';
import { connectMs, GuardSettings } from '../partner-settings.js';
import { BodyTemplate, PathTemplate } from './template.js';

/** Texts of the language of rules, over the variable `answer`. */
const expression = z.string().min(1).max(4000);

/** Headers that are ours, or the connection's. */
const reservedHeaders: ReadonlySet<string> = new Set([
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const headerName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be a header of letters, digits and dashes')
  .refine((name) => !reservedHeaders.has(name.toLowerCase()), 'is a header of our own');

/** How the generic partner is asked, and what its answer means. */
export const CustomSettings = z.strictObject({
  /** Milliseconds for opening a connection. */
  connectMs,
  /** Milliseconds for one call, inside the budget of the check. */
  callMs: z.int().min(1).default(1_000),
  guard: GuardSettings.prefault({}),
  /** Where it is asked, below `CUSTOM_URL`. */
  path: PathTemplate.default(''),
  /** Its health page, below `CUSTOM_URL`. Unset: no probe. */
  healthPath: z
    .string()
    .regex(/^\/[^\s/#][^\s#]*$/)
    .optional(),
  /** How `CUSTOM_SECRET` is sent: a token, or `user:password`. */
  authorization: z.enum(['bearer', 'basic']).default('bearer'),
  /** Sent with each question; nothing secret. */
  headers: z
    .record(headerName, z.string().regex(/^[\x20-\x7e]{0,200}$/, 'must be printable ASCII'))
    .default({}),
  /** What is sent. */
  body: BodyTemplate.optional(),
  /** What an answer is: `accept`, `review` or `reject`; anything else is no vote. */
  vote: expression.optional(),
  /** What of an answer reviewers see, by name. */
  evidence: z
    .record(z.string().regex(/^[A-Za-z]\w{0,39}$/), expression)
    .refine((named) => Object.keys(named).length <= 20, 'has more than 20 names')
    .default({}),
});

const vote = z.enum(outcomes);

const CustomPolicy = z.strictObject({
  /** Off: not asked for this banner, no vote. */
  enabled: z.boolean().default(true),
  /** The vote that each of its words is; all `accept` for a model on trial. */
  votes: z
    .strictObject({
      accept: vote.default('accept'),
      review: vote.default('review'),
      reject: vote.default('reject'),
    })
    .prefault({}),
});

/** The generic HTTP risk partner as settings, policies and the environment know it. */
export const custom = {
  title: 'Custom partner',
  environment: {
    url: 'CUSTOM_URL',
    texts: {},
    secrets: {
      CUSTOM_SECRET: z.string().regex(/^[\x20-\x7e]*$/, 'must be printable ASCII'),
    },
  },
  isOptional: true,
  settings: CustomSettings.prefault({}),
  neededSettings: ['body', 'vote'],
  /** Absent from policies that do not name it: those of installations without it stay as is. */
  policy: CustomPolicy.optional(),
} satisfies PartnerDeclaration;
