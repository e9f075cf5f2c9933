import { z } from 'zod';

const country = z.string().regex(/^[A-Z]{2}$/);
const words = z.array(z.string().min(1));

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
  bands: z
    .strictObject({ reviewFrom: z.int(), rejectFrom: z.int() })
    .refine(
      (bands) => bands.reviewFrom <= bands.rejectFrom,
      'reviewFrom must not exceed rejectFrom',
    )
    .default({ reviewFrom: 40, rejectFrom: 80 }),
  /** `review` sends would-be automatic rejects to a person instead (GDPR Art. 22). */
  automaticReject: z.enum(['settle', 'review']).default('settle'),
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

const SardineSettings = z.strictObject({
  /** Send `/v1/customers` once per customer a day before the risk call. */
  ensureCustomer: z.boolean().default(true),
  transactionStatus: z.string().default('attempt'),
});

const YleoSettings = z.strictObject({
  /** Order source to Yleo's numeric source id; an unmapped source is not applicable. */
  sourceIds: z.record(z.string(), z.int()).default({ web: 71, subscription: 72 }),
  shippingMethodIds: z
    .record(z.string(), z.int())
    .default({ standard: 1, express: 2, 'two-day': 3, overnight: 4, electronic: 5, pickup: 6 }),
  defaultShippingMethodId: z.int().optional().default(1),
  /** Kount's own documented placeholder for orders without a phone. */
  phonePlaceholder: z.string().default('0123456789'),
});

/** A store of ours, by number; where its address is known, partners get it as the acceptor's. */
const Store = z.strictObject({
  number: z.int().min(0),
  banner: z.enum(['lat', 's5a', 'o5a', 'bay']),
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
  /** Skip the partners when the local score already rejects: saves their fees. */
  skipPartnersOnLocalReject: z.boolean().default(true),
});
export type Settings = z.output<typeof Settings>;
