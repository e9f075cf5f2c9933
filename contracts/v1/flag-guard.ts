import { z } from 'zod';
import { banners } from '../hbc/transaction.js';

/**
 * What an expectation rests on: `backtest` of these rules; `own`, what these rules flagged when
 * they were last in force; `before`, what the rules before them flagged.
 */
export const flagBases = ['backtest', 'own', 'before'] as const;
export type FlagBasis = (typeof flagBases)[number];

/**
 * `unknown`: nothing is expected, because too few orders are known. `too_few`: too few orders have
 * come since. `over`: more are flagged than the multiple allows.
 */
export const flagStates = ['unknown', 'too_few', 'within', 'over'] as const;
export type FlagState = (typeof flagStates)[number];

const count = z.int().min(0);
const share = z.number().min(0).max(1);

const ExpectedFlags = z
  .object({
    basis: z.enum(flagBases),
    backtestId: z.uuid().nullable(),
    orders: count,
    flagged: count,
  })
  .meta({ id: 'ExpectedFlags' });

const BannerFlags = z
  .object({
    banner: z.enum(banners),
    state: z.enum(flagStates),
    /** Null when nothing is known that it could rest on. */
    expected: ExpectedFlags.nullable(),
    /** Of the banner's latest orders since the publication, at most a day's. */
    orders: count,
    flagged: count,
    multiple: z.number(),
    /** The share from which the state is `over`; null when it is `unknown`. */
    limit: share.nullable(),
    fallBack: z.boolean(),
  })
  .meta({ id: 'BannerFlags' });

/** Answer of `GET /v1/rule-sets/flags`. */
export const FlagReport = z
  .object({
    /** Null until a first publication: nothing is guarded until then. */
    publication: z.int().min(1).nullable(),
    version: z.int().min(0),
    banners: z.array(BannerFlags).readonly(),
  })
  .meta({ id: 'FlagReport' });
export type FlagReport = z.output<typeof FlagReport>;
