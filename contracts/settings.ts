import { z } from 'zod';
import { isCurrency } from './currency.js';
import { Policy } from './policy.js';
import {
  defaultShippingMethodId,
  OmsSettings,
  SardineSettings,
  shippingMethodIds,
  sourceIds,
  SparkflySettings,
  YleoSettings,
} from './partner-settings.js';
import { Bands } from './rules.js';

const country = z.string().regex(/^[A-Z]{2}$/);
const words = z.array(z.string().min(1));

/** A banner's own maps for Yleo; each one given stands in place of the common one. */
const BannerYleoSettings = z.strictObject({
  sourceIds: sourceIds.optional(),
  shippingMethodIds: shippingMethodIds.optional(),
  defaultShippingMethodId: defaultShippingMethodId.optional(),
});

const BannerSettings = z.strictObject({
  /** The chain's name, sent to partners as merchant and partner name. */
  name: z.string().min(1),
  currency: z.string().refine(isCurrency, 'must be a code of ISO 4217'),
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
  /** Right behind or right before one of `words` they say that it is put into something. */
  holdersAfter: words.default([]),
  holdersBefore: words.default([]),
});

/** Goods that are easily sold on: by number, or by whole words of their description. */
const HighRiskSettings = z.strictObject({
  departments: z.array(z.int()).default([]),
  classes: z.array(z.int()).default([]),
  skus: z.array(z.int()).default([]),
  upcs: z.array(z.int()).default([]),
  words: words.default([]),
  /** Right behind or right before one of `words` they say that it is an accessory of it. */
  accessoriesAfter: words.default([]),
  accessoriesBefore: words.default([]),
});

const RulesSettings = z.strictObject({
  /** A draft of a rule set is published by somebody who did not write in it. */
  fourEyes: z.boolean().default(false),
});

/** Changes that need a confirmation. */
const ConfirmationSettings = z.strictObject({
  /** More than this share of the rules in force goes out of force. */
  rulesShare: z.number().min(0).max(1).default(0.1),
  /** More than this share of the answers of the last day would have been others. */
  answersShare: z.number().min(0).max(1).default(0.1),
  /** Fewer orders than these with another answer need none. */
  answersMin: z.int().min(1).max(1_000_000).default(10),
  /** Orders of the last day that are looked at, spread evenly over it. */
  ordersMax: z.int().min(1).max(20_000).default(2000),
  /** Milliseconds for looking at them; what is not done then counts as changed. */
  withinMs: z.int().min(100).max(10_000).default(2000),
});

const EvidenceSettings = z.strictObject({
  /** Days that evidence and pushes are kept; rules look back 180 of them. */
  retentionDays: z.int().min(180).max(3650).default(400),
});

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
  /** Throw-away mail services beside those of the shipped list, with their subdomains. */
  disposableEmailDomains: words.default([]),
  /** No throw-away mail services, whatever the lists say, with their subdomains. */
  lastingEmailDomains: words.default([]),
  /** Whole words or phrases in an address that mark a freight forwarder or reshipper. */
  freightForwarders: words.default([]),
  stores: z.array(Store).default([]),
  sardine: SardineSettings.prefault({}),
  yleo: YleoSettings.prefault({}),
  oms: OmsSettings.prefault({}),
  rules: RulesSettings.prefault({}),
  confirmation: ConfirmationSettings.prefault({}),
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
