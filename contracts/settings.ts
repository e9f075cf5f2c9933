import { z } from 'zod';
import { Policy } from './policy.js';
import { Bands } from './rules.js';

const country = z.string().regex(/^[A-Z]{2}$/);
const words = z.array(z.string().min(1));

const sourceIds = z.record(z.string(), z.int());
const shippingMethodIds = z.record(z.string(), z.int());
const defaultShippingMethodId = z.int().nullable();

/** A banner's own maps for Yleo; each one given stands in place of the common one. */
const BannerYleoSettings = z.strictObject({
  sourceIds: sourceIds.optional(),
  shippingMethodIds: shippingMethodIds.optional(),
  defaultShippingMethodId: defaultShippingMethodId.optional(),
});

const BannerSettings = z.strictObject({
  /** The chain's name, sent to partners as merchant and partner name. */
  name: z.string().min(1),
  currency: z.string().regex(/^[A-Z]{3}$/),
  homeCountries: z.array(country).min(1),
  /** Merchant category code; 5311 is department stores. */
  merchantCategoryCode: z
    .string()
    .regex(/^\d{4}$/)
    .default('5311'),
  /** Used when the order carries no merchant id. */
  merchantId: z.string().optional(),
  /** Where the rule set in force has no bands. */
  bands: Bands.default({ reviewFrom: 40, rejectFrom: 80 }),
  /** In force until analysts publish another one through `/v1/policies`. */
  policy: Policy.prefault({}),
  yleo: BannerYleoSettings.prefault({}),
});
export type BannerSettings = z.output<typeof BannerSettings>;

const AvsSettings = z.strictObject({
  dialect: z.enum(['orbital', 'paymentech-host', 'visa']).default('orbital'),
});

const AuthSettings = z.strictObject({
  /** Processor codes that mean approved: 100 on the Paymentech host, 0 on Orbital. */
  approvedCodes: z.array(z.int()).default([0, 100]),
  /** Rule R08: points for particular approved codes. */
  codePoints: z.record(z.string().regex(/^-?\d+$/), z.int()).default({}),
});

const GiftCardSettings = z.strictObject({
  departments: z.array(z.int()).default([]),
  classes: z.array(z.int()).default([]),
  skus: z.array(z.int()).default([]),
  words: words.default([]),
});

const HighRiskSettings = z.strictObject({
  departments: z.array(z.int()).default([]),
  classes: z.array(z.int()).default([]),
  skus: z.array(z.int()).default([]),
  upcs: z.array(z.int()).default([]),
});

/** When a partner counts as down, and how long it is left alone then. */
const BreakerSettings = z
  .strictObject({
    /** Opens after this many checks in a row have failed. */
    consecutiveFailures: z.int().min(1).default(10),
    /** Opens when more than `failedShare` of the latest `window` checks failed ... */
    failedShare: z.number().gt(0).lt(1).default(0.5),
    window: z.int().min(1).default(20),
    /** ... of which there must be at least this many. */
    windowMin: z.int().min(1).default(20),
    /**
     * A background check that takes longer than these milliseconds counts as failed, though its
     * vote is used: a partner that slow has no vote for an order that is being answered.
     */
    slowMs: z.int().min(1).default(1_000),
    /** Milliseconds before the first probe; they double with each probe that fails. */
    pauseMs: z.int().min(1).default(1_000),
    pauseMaxMs: z.int().min(1).default(15_000),
  })
  .refine(({ window, windowMin }) => windowMin <= window, 'windowMin must not exceed window')
  .refine(({ pauseMs, pauseMaxMs }) => pauseMs <= pauseMaxMs, 'pauseMs must not exceed pauseMaxMs');

/** How each worker process protects a partner, and the orders from a partner that is down. */
const GuardSettings = z.strictObject({
  /** Checks of orders being answered that may run at once; there is no queue. */
  answersAtOnce: z.int().min(1).default(64),
  /** The same for checks that are made again while a case waits. */
  backgroundAtOnce: z.int().min(1).default(4),
  /** Such checks a second, on average and in one burst. */
  backgroundPerSecond: z.int().min(1).default(5),
  /** Feedback calls that may run at once; only Sardine takes feedback. */
  feedbackAtOnce: z.int().min(1).default(8),
  breaker: BreakerSettings.prefault({}),
});
export type GuardSettings = z.output<typeof GuardSettings>;

/** A connection inside one data centre takes milliseconds; 300 ms leave room for a lost packet. */
const connectMs = z.int().min(1).default(300);

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

const YleoSettings = z.strictObject({
  /** Milliseconds for opening a connection. */
  connectMs,
  /** Milliseconds for one call, inside the budget of the check. Yleo documents none. */
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
  /** For a method that is not listed; null: such an order is not applicable. */
  defaultShippingMethodId: defaultShippingMethodId.default(1),
  /** Kount's own documented placeholder for orders without a phone. */
  phonePlaceholder: z.string().default('0123456789'),
});

const OmsSettings = z.strictObject({
  /** An order that OMS has not taken for this long raises `settlement_late`; milliseconds. */
  settlementLateAfterMs: z
    .int()
    .min(1000)
    .max(7 * 86_400_000)
    .default(15 * 60_000),
});

const RulesSettings = z.strictObject({
  /** A draft of a rule set is published by somebody who did not write in it. */
  fourEyes: z.boolean().default(false),
});

const EvidenceSettings = z.strictObject({
  /** Days that evidence and pushes are kept; rules look back 180 of them. */
  retentionDays: z.int().min(180).max(3650).default(400),
});

const SparkflySettings = z.strictObject({
  /** Milliseconds between two looks at Sparkfly's alerts. */
  pollEveryMs: z.int().min(1000).default(60_000),
  /** A look goes back this far behind the latest instant it has seen; milliseconds. */
  overlapMs: z
    .int()
    .min(0)
    .default(24 * 3_600_000),
  /** All pages are read again this often, because old alerts change too; milliseconds. */
  walkEveryMs: z
    .int()
    .min(60_000)
    .default(24 * 3_600_000),
  /** Alerts asked for in one page. */
  perPage: z.int().min(1).max(1000).default(50),
  /** Calls a second that Sparkfly gets at most. */
  requestsPerSecond: z.number().gt(0).max(100).default(2),
  /** Milliseconds for one call. */
  callMs: z.int().min(1).default(10_000),
});
export type SparkflySettings = z.output<typeof SparkflySettings>;

const AlertSettings = z.strictObject({
  /** Days that activities and alerts are kept; windows and suppression reach back 365. */
  retentionDays: z.int().min(366).max(3650).default(400),
  /** A mail that the server refuses for good is tried this long; milliseconds. */
  refusedForMs: z
    .int()
    .min(0)
    .default(24 * 3_600_000),
  /** Alerts whose mails wait for longer raise `notifications_late`; milliseconds. */
  mailLateAfterMs: z
    .int()
    .min(1000)
    .default(15 * 60_000),
});

const ContactSettings = z.strictObject({
  /** Whom rules with `notify_corporate_contact` tell. */
  corporateEmail: z.email().nullable().default(null),
});

const isTimeZone = (name: string): boolean => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** A store of ours, by number; where its address is known, partners get it as the acceptor's. */
const Store = z.strictObject({
  number: z.int().min(0),
  banner: z.enum(['lat', 's5a', 'o5a', 'bay']),
  /** Whom rules with `notify_store_contact` tell. */
  email: z.email().optional(),
  /** In whose time the store's mails tell instants, as in `America/New_York`; else UTC. */
  timeZone: z.string().refine(isTimeZone, 'must be a time zone').optional(),
  street: z.string().optional(),
  city: z.string().optional(),
  region: z.string().optional(),
  postalCode: z.string().optional(),
  country,
});

/** `config/verdict.yaml`: what analysts and operators may change without code. */
export const Settings = z.strictObject({
  banners: z.strictObject({
    lat: BannerSettings,
    s5a: BannerSettings,
    o5a: BannerSettings,
    bay: BannerSettings,
  }),
  avs: AvsSettings.prefault({}),
  auth: AuthSettings.prefault({}),
  giftCards: GiftCardSettings.prefault({}),
  highRisk: HighRiskSettings.prefault({}),
  disposableEmailDomains: words.default([]),
  /** Words in an address that mark a freight forwarder or reshipper. */
  freightForwarders: words.default([]),
  stores: z.array(Store).default([]),
  sardine: SardineSettings.prefault({}),
  yleo: YleoSettings.prefault({}),
  oms: OmsSettings.prefault({}),
  rules: RulesSettings.prefault({}),
  evidence: EvidenceSettings.prefault({}),
  contacts: ContactSettings.prefault({}),
  alerts: AlertSettings.prefault({}),
  sparkfly: SparkflySettings.prefault({}),
  /** Questions a second, over all workers, to partners whose vote is missing while orders wait. */
  askAgainPerSecond: z.number().gt(0).max(1000).default(10),
  /** Skip the partners when the local score already rejects: saves their fees. */
  skipPartnersOnLocalReject: z.boolean().default(true),
});
export type Settings = z.output<typeof Settings>;
