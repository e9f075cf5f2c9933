import { z } from 'zod';
import { isCurrency } from './currency.js';
import { MistakeSettings } from './mistake-settings.js';
import { Policy } from './policy.js';
import { OmsSettings, SparkflySettings } from './partner-settings.js';
import { Bands } from './rules.js';
import { ofEachPartner } from './voting-partners.js';
import { BannerYleoSettings } from './yleo/declaration.js';

const country = z.string().regex(/^[A-Z]{2}$/);
const words = z.array(z.string().min(1));

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
  /** Used when the order has no merchant id. */
  merchantId: z.string().optional(),
  /** Used when the rule set in force has no bands. */
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
  /** Directly after or before one of `words`, these words name a container for it. */
  holdersAfter: words.default([]),
  holdersBefore: words.default([]),
});

/** Goods that are easy to resell: by number, or by whole words of their description. */
const HighRiskSettings = z.strictObject({
  departments: z.array(z.int()).default([]),
  classes: z.array(z.int()).default([]),
  skus: z.array(z.int()).default([]),
  upcs: z.array(z.int()).default([]),
  words: words.default([]),
  /** Directly after or before one of `words`, these words name an accessory for it. */
  accessoriesAfter: words.default([]),
  accessoriesBefore: words.default([]),
});

const RulesSettings = z.strictObject({
  /** A rule set draft must be published by somebody who did not edit it. */
  fourEyes: z.boolean().default(false),
});

/** Limits above which a change needs a confirmation. */
const ConfirmationSettings = z.strictObject({
  /** Share of the rules in force that go out of force. */
  rulesShare: z.number().min(0).max(1).default(0.1),
  /** Share of the answers of the last day that would change. */
  answersShare: z.number().min(0).max(1).default(0.1),
  /** Fewer changed answers than this need no confirmation. */
  answersMin: z.int().min(1).max(1_000_000).default(10),
  /** Orders of the last day to evaluate, spread evenly over it. */
  ordersMax: z.int().min(1).max(20_000).default(2000),
  /**
   * Time limit of the evaluation in milliseconds; orders not evaluated by then count as changed.
   */
  withinMs: z.int().min(100).max(10_000).default(2000),
});

const reasonCode = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be like known_customer');

/** A reason of reviewers for a verdict: the code that is stored, and its words on the screen. */
const ReasonCode = z.strictObject({ code: reasonCode, text: z.string().min(1) });
export type ReasonCode = z.output<typeof ReasonCode>;

const hasCodesOnce = (reasons: readonly ReasonCode[]): boolean =>
  new Set(reasons.map(({ code }) => code)).size === reasons.length;

const Reasons = z.array(ReasonCode).min(1).refine(hasCodesOnce, 'must have each code once');

/** In the order of the number keys that choose them. */
const acceptReasons: readonly ReasonCode[] = [
  { code: 'customer_confirmed', text: 'The shopper confirmed the order' },
  { code: 'known_customer', text: 'A known customer with good orders' },
  { code: 'address_explained', text: 'The differing address is explained' },
  { code: 'payment_verified', text: 'The bank confirmed the payment' },
  { code: 'looks_genuine', text: 'Nothing speaks for fraud' },
  { code: 'other_accept', text: 'Another reason, in the remarks' },
];

const rejectReasons: readonly ReasonCode[] = [
  { code: 'stolen_card', text: 'The card is used without its owner' },
  { code: 'account_takeover', text: 'The account was taken over' },
  { code: 'card_testing', text: 'Cards are being tested' },
  { code: 'linked_to_fraud', text: 'Linked to known fraud' },
  { code: 'reshipping', text: 'Shipped to a reshipper or drop address' },
  { code: 'false_identity', text: 'The identity is false' },
  { code: 'customer_denied', text: 'The shopper denies the order' },
  { code: 'not_reachable', text: 'The shopper cannot be reached' },
  { code: 'other_reject', text: 'Another reason, in the remarks' },
];

const bannerReview = {
  /** Order totals above this need a second person; major units of the banner's currency. */
  fourEyesAbove: z.number().min(0).nullable(),
  acceptReasons: Reasons,
  rejectReasons: Reasons,
  /** What a reviewer checks before a verdict, in words. */
  checklist: words,
};

/** How reviewers decide. What a banner leaves out is as for all. */
const ReviewSettings = z.strictObject({
  fourEyesAbove: bannerReview.fourEyesAbove.default(null),
  acceptReasons: Reasons.default([...acceptReasons]),
  rejectReasons: Reasons.default([...rejectReasons]),
  checklist: words.default([]),
  banners: z
    .partialRecord(z.enum(['lat', 's5a', 'o5a', 'bay']), z.strictObject(bannerReview).partial())
    .default({}),
});

const EvidenceSettings = z.strictObject({
  /** Retention of evidence and pushes in days; rules read back 180 of them. */
  retentionDays: z.int().min(180).max(3650).default(400),
});

const AlertSettings = z.strictObject({
  /** Retention of activities and alerts in days; windows and suppression reach back 365. */
  retentionDays: z.int().min(366).max(3650).default(400),
  /** How long a permanently refused mail is retried, in milliseconds. */
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
  /** Recipient for rules with `notify_corporate_contact`. */
  corporateEmail: z.email().nullable().default(null),
});

const isTimeZone = (name: string): boolean => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** A store by number. Partners receive its address, where known, as the acceptor's. */
const Store = z.strictObject({
  number: z.int().min(0),
  banner: z.enum(['lat', 's5a', 'o5a', 'bay']),
  /** Recipient for rules with `notify_store_contact`. */
  email: z.email().optional(),
  /** Time zone of the store's mails, as in `America/New_York`; UTC by default. */
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
  /** Disposable mail domains besides the shipped list, with their subdomains. */
  disposableEmailDomains: words.default([]),
  /** Domains that are not disposable, whatever the lists say, with their subdomains. */
  lastingEmailDomains: words.default([]),
  /** Whole words or phrases in an address that mark a freight forwarder or reshipper. */
  freightForwarders: words.default([]),
  stores: z.array(Store).default([]),
  ...ofEachPartner('settings'),
  oms: OmsSettings.prefault({}),
  /** What the case page says about the price of a wrong decision. */
  mistakes: MistakeSettings.prefault({}),
  rules: RulesSettings.prefault({}),
  confirmation: ConfirmationSettings.prefault({}),
  review: ReviewSettings.prefault({}),
  evidence: EvidenceSettings.prefault({}),
  contacts: ContactSettings.prefault({}),
  alerts: AlertSettings.prefault({}),
  sparkfly: SparkflySettings.prefault({}),
  /** Rate limit over all workers, per second, for asking partners again while orders wait. */
  askAgainPerSecond: z.number().gt(0).max(1000).default(20),
  /** Skips the partners when the local score already rejects, which saves their fees. */
  skipPartnersOnLocalReject: z.boolean().default(true),
});
export type Settings = z.output<typeof Settings>;
