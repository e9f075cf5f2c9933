import { z } from 'zod';
import type { PartnerDeclaration } from '../partner-declaration.js';
import { connectMs, GuardSettings, voteOf } from '../partner-settings.js';
import { BodyTemplate, PathTemplate } from './template.js';

/** An expression in the rule language over the variable `answer`. */
const expression = z.string().min(1).max(4000);

/** Headers that the client or the HTTP connection sets. */
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

/** The request to the generic partner and the meaning of its answer. */
export const CustomSettings = z.strictObject({
  /** Limit for opening a connection, in milliseconds. */
  connectMs,
  /** Limit of one call within the budget of the check, in milliseconds. */
  callMs: z.int().min(1).default(1_000),
  guard: GuardSettings.prefault({}),
  /** Path of the request, below `CUSTOM_URL`. */
  path: PathTemplate.default(''),
  /** Path of the health page, below `CUSTOM_URL`. Unset: no probe. */
  healthPath: z
    .string()
    .regex(/^\/[^\s/#][^\s#]*$/)
    .optional(),
  /** How `CUSTOM_SECRET` is sent: a token, or `user:password`. */
  authorization: z.enum(['bearer', 'basic']).default('bearer'),
  /** Headers of each request; nothing secret. */
  headers: z
    .record(headerName, z.string().regex(/^[\x20-\x7e]{0,200}$/, 'must be printable ASCII'))
    .default({}),
  /** The template of the request body. */
  body: BodyTemplate.optional(),
  /** Maps an answer to `accept`, `review` or `reject`; any other value is no vote. */
  vote: expression.optional(),
  /** The parts of an answer that reviewers see, by name. */
  evidence: z
    .record(z.string().regex(/^[A-Za-z]\w{0,39}$/), expression)
    .refine((named) => Object.keys(named).length <= 20, 'has more than 20 names')
    .default({}),
});

const CustomPolicy = z.strictObject({
  /** Off: the banner's orders do not ask this partner, and it has no vote. */
  enabled: z.boolean().default(true),
  /** The vote for each label; all `accept` for a model on trial. */
  votes: z
    .strictObject({
      accept: voteOf('accept'),
      review: voteOf('review'),
      reject: voteOf('reject'),
    })
    .prefault({}),
});

/** Settings, policy and environment of the generic HTTP risk partner. */
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
  /** Absent from policies that do not name it, so that stored policies keep their form. */
  policy: CustomPolicy.optional().meta({ description: 'The settings for the custom partner.' }),
} satisfies PartnerDeclaration;
