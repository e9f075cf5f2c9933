import { fileURLToPath } from 'node:url';
import type { Bands } from '../../contracts/rules.js';
import { bandGroupsOf } from '../../domain/fit/band-groups.js';
import { outcomeOf } from '../../domain/fit/bands.js';
import { type Fit, fitRules } from '../../domain/fit/fit.js';
import { levelsOf } from '../../domain/fit/levels.js';
import {
  keyOfOrder,
  type Pattern,
  type PatternCounts,
  patternsOf,
  type Use,
} from '../../domain/fit/patterns.js';
import { scoreOf } from '../../domain/fit/points.js';
import { loadSettings } from '../../runtime/settings.js';
import { readShippedRules } from '../../services/rule-sets/versions.js';
import type { BenchContext } from '../context.js';
import { dayMs, period } from '../population/calendar.js';
import { type Generate, scorePopulation } from '../population/evaluate.js';
import { generatePopulation, type PopulationOrder } from '../population/generate.js';
import { generateSecondPopulation } from '../second-population/generate.js';
import { season } from '../second-population/season.js';
import { curveOf, type CurvePoint, groupsOf, type TruthFigures } from './figures.js';
import { knownEnding, type Way, ways } from './known.js';
import { type Together, togetherOf } from './together.js';

export interface FitPlan {
  readonly seeds: readonly number[];
  /** Number of measured orders of each seed. */
  readonly size: number;
}

export const fullPlan: FitPlan = { seeds: [1, 2, 3], size: 20_000 };
/** Proves that it runs; there are too few labels to fit. */
export const quickPlan: FitPlan = { seeds: [1], size: 500 };

/** The orders that a fit learns from and is measured on. */
export interface Source {
  readonly generate: Generate;
  /** As epoch milliseconds. */
  readonly measuredFromMs: number;
  /** Whether to measure the rules that were shipped before, too. */
  readonly hasBefore: boolean;
}

export const firstSource: Source = {
  ...{ generate: generatePopulation, measuredFromMs: period.measuredFromMs, hasBefore: true },
};
/** Nothing is tuned on it: same days, costs, capacity and options as on the first. */
export const secondSource: Source = {
  generate: generateSecondPopulation,
  ...{ measuredFromMs: season.measuredFromMs, hasBefore: false },
};

/** The measured days of a population. */
const measuredDays = 60;

/** Days that fit, of which the last choose how far points may move. */
const checkFromDay = 32;
const heldOutFromDay = 42;

/** The default `maturityDays` of a fit: the cut comes so long after the last order. */
const maturityDays = 60;

/** Stated for this population: a minute of a reviewer is 1. */
export const costs = { chargeback: 200, lostSale: 60, reviewMinute: 1, minutesPerReview: 4 };

/** The default of a fit; `docs/rules-performance.md` has the precision of the rejects. */
const rejectedFraudShare = 0.75;

/** Orders in a hundred that reviewers have time for. */
export const capacityPercent = 6;

/** One rule set on the held-out orders, by their truth, which no fit has seen. */
export interface HeldOut extends TruthFigures {
  readonly curve: readonly CurvePoint[];
}

export interface FitOfWay {
  readonly way: Way;
  readonly verdict: Fit['verdict'];
  readonly spread: number;
  readonly orders: Fit['orders'];
  readonly bands: { readonly reviewFrom: number; readonly rejectFrom: number };
  readonly costDifference: Fit['costDifference'];
  readonly tookMs: number;
  readonly heldOut: HeldOut;
  readonly points: readonly {
    readonly rule: string;
    readonly before: number;
    readonly after: number;
  }[];
}

export interface FitOfSeed {
  readonly seed: number;
  /** The rules that were shipped before those of today; null where they are not measured. */
  readonly before: HeldOut | null;
  readonly shipped: HeldOut;
  readonly fits: readonly FitOfWay[];
}

export interface FitResult {
  readonly size: number;
  readonly ruleSetHash: string;
  readonly seeds: readonly FitOfSeed[];
  /** All seeds together. */
  readonly together: readonly Together[];
}

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const rulesOf = (path: string) => ({
  ruleSet: readShippedRules(pathOf(path)).ruleSet,
  settings: loadSettings('VERDICT_SETTINGS', pathOf('config/verdict.yaml')),
});

const shippedRules = () => rulesOf('rules/default.yaml');

/** The rules that were shipped before R51 to R56: they only counted. */
const rulesBefore = () => rulesOf('bench/fit/rules-before.yaml');

const useOfDay = (receivedAtMs: number, measuredFromMs: number): Use => {
  const day = (receivedAtMs - measuredFromMs) / dayMs;
  if (day >= heldOutFromDay) return 'held_out';
  return day >= checkFromDay ? 'check' : 'train';
};

interface Kept {
  readonly truth: PopulationOrder['truth'];
  readonly story: string;
  readonly pattern: Pattern;
}

/** Rules with what a fit needs of them. */
const prepare = ({ ruleSet, settings }: ReturnType<typeof rulesOf>) => {
  const levels = levelsOf({ rules: ruleSet.rules, banners: {} });
  const groups = bandGroupsOf({ bands: undefined, banners: {} }, settings.banners, null);
  return { ruleSet, settings, levels, groups };
};

type Prepared = ReturnType<typeof prepare>;

interface Counted {
  /** As a shop counts its orders, by what it knows of them. */
  readonly counts: ReadonlyMap<Way, PatternCounts>;
  /** The held-out orders with their truth. */
  readonly heldOut: readonly Kept[];
  readonly fittedOrders: number;
}

const countOrders = (
  { ruleSet, settings, levels }: Prepared,
  { generate, measuredFromMs }: Source,
  { seed, size }: { readonly seed: number; readonly size: number },
): Counted => {
  const cutMs = measuredFromMs + (measuredDays + maturityDays) * dayMs;
  const counts = new Map<Way, Record<string, number>>(ways.map((way) => [way, {}]));
  const heldOut: Kept[] = [];
  let fittedOrders = 0;
  for (const { order, score } of scorePopulation(ruleSet, settings, generate(seed, size))) {
    const use = useOfDay(order.receivedAtMs, measuredFromMs);
    if (use !== 'held_out') fittedOrders += 1;
    for (const [way, own] of counts) {
      const ending = knownEnding(order, score.outcome, { way, cutMs });
      const judged = { ...score, use, ending, banner: order.transaction.banner };
      const key = keyOfOrder(levels, judged);
      own[key] = (own[key] ?? 0) + 1;
      const [pattern] = way === 'truth' && use === 'held_out' ? patternsOf({ [key]: 1 }) : [];
      if (pattern !== undefined) {
        heldOut.push({ truth: order.truth, story: order.story, pattern });
      }
    }
  }
  return { counts, heldOut, fittedOrders };
};

const judge = (heldOut: readonly Kept[], points: readonly number[], bands: Bands): HeldOut => {
  const scored = heldOut.map(({ truth, story, pattern }) => {
    const { floor } = pattern;
    const score = scoreOf(pattern, points);
    return { truth, story, score, floor, outcome: outcomeOf(score, floor, bands) };
  });
  return { ...groupsOf(scored), curve: curveOf(scored) };
};

const fitWay = (
  { levels, groups }: Prepared,
  { counts, heldOut, fittedOrders }: Counted,
  way: Way,
): FitOfWay => {
  const days = { fitted: heldOutFromDay, heldOut: measuredDays - heldOutFromDay };
  const reviewsPerDayMax = (fittedOrders / days.fitted) * (capacityPercent / 100);
  const startedMs = performance.now();
  const fitted = fitRules({
    ...{ patterns: patternsOf(counts.get(way) ?? {}), levels: levels.all, groups },
    ...{ costs, rejectedFraudShare, reviewsPerDayMax, days },
  });
  const tookMs = Math.round(performance.now() - startedMs);
  const { verdict, spread, orders, costDifference } = fitted;
  // All banners share their bands.
  const bands = (fitted.bands[0] as Fit['bands'][number]).after;
  const points = fitted.levels.map(({ after }) => after);
  return {
    ...{ way, verdict, spread, orders, bands, costDifference, tookMs },
    heldOut: judge(heldOut, points, bands),
    points: fitted.levels.map(({ ruleId: rule, points: before, after }) => ({
      ...{ rule, before, after },
    })),
  };
};

/** A rule set with its own points on the held-out orders. */
const judgeAsItIs = ({ levels, groups }: Prepared, { heldOut }: Counted): HeldOut => {
  const points = levels.all.map((level) => level.points);
  const { bands } = groups[0] as Prepared['groups'][number];
  return judge(heldOut, points, bands);
};

const fitSeed = (source: Source, seed: number, size: number): FitOfSeed => {
  const shipped = prepare(shippedRules());
  const counted = countOrders(shipped, source, { seed, size });
  const judgeBefore = (): HeldOut => {
    const before = prepare(rulesBefore());
    return judgeAsItIs(before, countOrders(before, source, { seed, size }));
  };
  return {
    seed,
    before: source.hasBefore ? judgeBefore() : null,
    shipped: judgeAsItIs(shipped, counted),
    fits: ways.map((way) => fitWay(shipped, counted, way)),
  };
};

/**
 * Fits the points of the shipped rules on the earlier weeks of made-up populations, and measures
 * shipped and fitted points on the later weeks by the truth. Needs no servers.
 */
export const fit = (
  { seeds, size }: FitPlan,
  { say }: BenchContext,
  source: Source = firstSource,
): FitResult => {
  const ofSeeds = seeds.map((seed) => {
    say(`scoring and fitting ${size} orders of seed ${seed}`);
    return fitSeed(source, seed, size);
  });
  const ruleSetHash = shippedRules().ruleSet.hash;
  return { size, ruleSetHash, seeds: ofSeeds, together: togetherOf(ofSeeds) };
};
