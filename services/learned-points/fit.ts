import type { FitWarning, PointsFitResult } from '../../contracts/v1/points-fits.js';
import { type FitPartCounts, listFitPartCounts } from '../../db/points-fit-parts.js';
import { findFit, findFitTexts, type FitRequest, saveFitOutcome } from '../../db/points-fits.js';
import type { Queryable } from '../../db/pool.js';
import { bandGroupsOf } from '../../domain/fit/band-groups.js';
import { type Fit, fitRules } from '../../domain/fit/fit.js';
import { levelsOf } from '../../domain/fit/levels.js';
import { addCounts, patternsOf } from '../../domain/fit/patterns.js';
import { addSampled, estimateSampled, type SampledEstimate } from '../../domain/fit/sampled.js';
import { parseText } from '../../domain/rule-text/parse.js';
import { setPoints } from '../../domain/rule-text/set-points.js';
import { dayMs } from '../../domain/utc-day.js';
import type { Context } from '../context.js';
import { periodsOfRequest, readFitRules } from './count.js';

/** Parts read at a time, so that a cancellation is noticed in between. */
const pageSize = 20;

const sumParts = async (
  db: Queryable,
  fitId: string,
  signal: AbortSignal,
): Promise<FitPartCounts> => {
  const all: FitPartCounts[] = [];
  for (let from = 0; ; from += pageSize) {
    signal.throwIfAborted();
    const page = await listFitPartCounts(db, fitId, from, pageSize);
    for (const counts of page) {
      if (counts === null) throw new Error('a part of the fit is not done');
      all.push(counts);
    }
    if (page.length < pageSize) break;
  }
  const sum = (field: 'undecided' | 'notEvaluable') =>
    all.reduce((total, counts) => total + counts[field], 0);
  return {
    patterns: addCounts(all.map(({ patterns }) => patterns)),
    ...{ undecided: sum('undecided'), notEvaluable: sum('notEvaluable') },
    sampled: addSampled(all.map(({ sampled = {} }) => sampled)),
  };
};

/** With fewer, the interval holds nearly every share. */
const judgedMin = 30;

/** True when the rejects that people judged say that another share of rejects is fraud. */
const isShareOff = ({ judged, fraudShare }: SampledEstimate, assumed: number): boolean =>
  fraudShare !== null &&
  judged >= judgedMin &&
  (assumed < fraudShare.low || assumed > fraudShare.high);

const warningsOf = (
  fit: Fit,
  { notEvaluable }: FitPartCounts,
  isRejectedShareOff: boolean,
): FitWarning[] => {
  const warnings: [FitWarning, boolean][] = [
    ['too_few_labels', fit.verdict === 'too_few_labels'],
    ['no_better', fit.verdict === 'no_better'],
    ['not_clear', fit.verdict === 'perhaps_better'],
    ['above_capacity', fit.bands.some(({ isWithinCapacity }) => !isWithinCapacity)],
    ['not_converged', !fit.isConverged],
    ['orders_not_evaluable', notEvaluable > 0],
    ['rejected_share_off', isRejectedShareOff],
  ];
  return warnings.flatMap(([warning, isTrue]) => (isTrue ? [warning] : []));
};

const resultOf = (fit: Fit, counts: FitPartCounts, request: FitRequest): PointsFitResult => {
  const { fromMs, checkFromMs, heldOutFromMs, toMs } = periodsOfRequest(request);
  const at = (ms: number): string => new Date(ms).toISOString();
  const { train, check, held_out: heldOut } = fit.orders;
  const sampledRejects = estimateSampled(counts.sampled ?? {});
  return {
    verdict: fit.verdict,
    warnings: warningsOf(fit, counts, isShareOff(sampledRejects, request.rejectedFraudShare)),
    sampledRejects,
    periods: {
      ...{ from: at(fromMs), checkFrom: at(checkFromMs) },
      ...{ heldOutFrom: at(heldOutFromMs), to: at(toMs) },
    },
    orders: { train, check, heldOut },
    ...{ undecided: counts.undecided, notEvaluable: counts.notEvaluable, spread: fit.spread },
    points: fit.levels.map(({ ruleId, name, owner, points: before, after, orders }) => ({
      ...{ ruleId, name, owner, before, after, orders },
    })),
    bands: fit.bands.map(({ banners, ...bands }) => ({ banners: [...banners], ...bands })),
    heldOut: {
      inForce: sideOf(fit.before),
      proposed: sideOf(fit.after),
      costDifference: fit.costDifference,
    },
  };
};

type SideResult = PointsFitResult['heldOut']['inForce'];

const sideOf = ({ probabilities, ...side }: Fit['before']): SideResult => ({
  ...side,
  probabilities: probabilities === null ? null : [...probabilities],
});

/** The text that a fit proposes; null when it proposes nothing. */
const proposedText = (text: string, fit: Fit, request: FitRequest): string | null => {
  if (fit.verdict === 'unchanged' || fit.verdict === 'too_few_labels') return null;
  const parsed = parseText(text);
  // `readFitRules` has parsed it.
  if ('problems' in parsed) throw new Error('the rules of the fit cannot be parsed');
  return setPoints(parsed, { scope: request.banner, levels: fit.levels, bands: fit.bands });
};

/**
 * Fits points and bands on the counted orders, and stores what came of it. Safe to run twice: the
 * same counts give the same result. Throws `UnreadableRules`, and the signal's reason.
 */
export const fitCountedOrders = async (
  { db, settings }: Context<'settings'>,
  { fitId, signal }: { readonly fitId: string; readonly signal: AbortSignal },
): Promise<void> => {
  const [row, texts] = [await findFit(db, fitId), await findFitTexts(db, fitId)];
  if (row === undefined || texts === undefined || row.state !== 'running') return;
  const { request } = row;
  const { content } = readFitRules(texts.text);
  const counts = await sumParts(db, fitId, signal);
  const { fromMs, heldOutFromMs, toMs } = periodsOfRequest(request);
  const fit = fitRules({
    patterns: patternsOf(counts.patterns),
    levels: levelsOf(content).all,
    groups: bandGroupsOf(content, settings.banners, request.banner),
    costs: request.costs,
    rejectedFraudShare: request.rejectedFraudShare,
    reviewsPerDayMax: request.reviewsPerDay,
    days: { fitted: (heldOutFromMs - fromMs) / dayMs, heldOut: (toMs - heldOutFromMs) / dayMs },
  });
  const text = proposedText(texts.text, fit, request);
  const proposed = text === null ? null : { text, hash: readFitRules(text).ruleSet.hash };
  await saveFitOutcome(db, fitId, { result: resultOf(fit, counts, request), proposed });
};
