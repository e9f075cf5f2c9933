import type { AnswerTime } from './answer-time/answer-time.js';
import type { BenchmarkName, Measured } from './benchmarks.js';
import type { Outage } from './outage/outage.js';
import { goalRate } from './goals.js';
import type { Overload } from './overload/overload.js';
import type { Percentiles } from './percentiles.js';
import { totalOf } from './processor-time.js';
import type { FirstOrders, Start } from './start/start.js';

/**
 * In the order of a smoke run: `start` needs a new installation, which serves the others as well.
 * What `outage` claims is tested in `test/chaos/partners-dead.test.ts`.
 */
export const smokeNames: readonly BenchmarkName[] = ['start', 'answer-time', 'overload'];

const never = Number.POSITIVE_INFINITY;

/** Claims about a result, in words, and whether each holds. */
type Claims = Readonly<Record<string, boolean>>;

/** Beside the floor: far above today's ratios, since a short run on a busy machine varies. */
const claimsOfAnswerTime = (result: AnswerTime): Claims => {
  const { plan, rates, saturation, duplicates, order, atRest } = result;
  const { floor, verdict, refused, processorMs } = goalRate(result);
  const samples = plan.rates.map(({ perSecond, rounds, blockSeconds }) =>
    Math.round(perSecond * rounds * blockSeconds),
  );
  const { p50Ms = never, p95Ms = never } = verdict ?? {};
  return {
    'each series has all its samples': rates.every(
      (rate, index) => rate.floor.samples === samples[index],
    ),
    'no order is refused at a light load': refused === 0,
    'the median answer takes at most 5 times the floor': p50Ms <= 5 * floor.p50Ms,
    'the p95 answer takes at most 8 times the floor': p95Ms <= 8 * floor.p95Ms,
    'callers get at least 0.15 of the floor': saturation.ratio >= 0.15,
    'a repeat takes at most as long as the floor': duplicates.p50Ms <= floor.p50Ms,
    'an order takes at most 6 times the processor time of the floor':
      totalOf(processorMs.verdict) <= 6 * totalOf(processorMs.floor),
    // It has 11. The goal leaves room, but one more is a step that nobody meant to add.
    'an accepted order has at most 12 events': order.events <= 12,
    'an accepted order takes at most 13 statements': order.statements <= 13,
    'the memory of every part is seen': [
      ...['api', 'postgres', 'simulators', 'supervisor', 'temporal', 'worker'],
    ].every((name) => atRest.memory.byPart.some(({ part }) => part === name)),
    'memory is what processes take':
      atRest.memory.pssMb > 100 && atRest.memory.rssMb >= atRest.memory.pssMb,
  };
};

const claimsOfFirst = (when: string, first: FirstOrders, warm: Percentiles): Claims => ({
  [`nine of ten orders just after ${when} are answered`]:
    first.refused <= 0.1 * first.latenciesMs.length,
  [`the median order just after ${when} takes at most 10 times the warm median`]:
    (first.answered?.p50Ms ?? never) <= 10 * warm.p50Ms,
});

const claimsOfStart = ({ afterStart, afterWorkerRestart, warm }: Start): Claims => ({
  ...claimsOfFirst('a start', afterStart, warm),
  ...claimsOfFirst("a worker's restart", afterWorkerRestart, warm),
});

const claimsOfOutage = ({ dead, recovery, slow, straggler, budgetMs }: Outage): Claims => ({
  'every order without partners is answered': dead.all.samples === 40,
  // Ten failures open a breaker, and each takes nearly the budget, so concurrent orders wait too.
  'ten failures open a breaker': dead.ordersUntilOpen >= 10,
  'until then an order takes the budget': (dead.untilOpen?.p50Ms ?? 0) > budgetMs * 0.9,
  'an open breaker answers at once': (dead.open?.p50Ms ?? budgetMs) < budgetMs / 2,
  'every order that waited is accepted or given up': recovery.accepted + recovery.givenUp === 40,
  'orders recover': recovery.accepted > 0 && recovery.closedAfterSeconds !== null,
  'slow partners still vote': slow.all.samples === 10 && slow.voteShare > 0.5,
  'one straggler takes the budget': straggler.first.p50Ms > budgetMs * 0.9,
});

const claimsOfOverload = ({ plan, storms }: Overload): Claims => {
  const [storm] = storms;
  if (storm === undefined) return { 'there was a storm': false };
  const answered = storm.answeredBySecond.reduce((sum, count) => sum + count, 0);
  const { verdicts, withdrawals, repeats, reads } = storm.beside;
  return {
    // Settlements give way, so it is usually above; a shared machine's pace varies by a third.
    'twice the load leaves 0.8 of the capacity':
      answered > 0.8 * storm.comparedTo * plan.stormSeconds,
    'what is taken is answered in time': (storm.taken?.p95Ms ?? Number.POSITIVE_INFINITY) < 2500,
    'what is refused is refused at once': (storm.refused?.p50Ms ?? 0) < 100,
    'a refusal says when to come again': storm.withoutRetryAfter === 0 && storm.others === 0,
    'verdicts, withdrawals, repeats and reads are answered': [
      ...[verdicts, withdrawals, repeats, reads],
    ].every(({ calls, answered200 }) => calls === plan.stormSeconds && answered200 === calls),
    'it is well again soon': storm.calmAfterSeconds !== null && storm.calmAfterSeconds < 10,
  };
};

const claimsOf = (measured: Measured): Claims => {
  switch (measured.name) {
    case 'answer-time':
      return claimsOfAnswerTime(measured.result);
    case 'start':
      return claimsOfStart(measured.result);
    case 'outage':
      return claimsOfOutage(measured.result);
    case 'overload':
      return claimsOfOverload(measured.result);
    default:
      return {};
  }
};

/** The claims that a quick run broke; empty when all hold. */
export const brokenClaims = (measured: Measured): string[] =>
  Object.entries(claimsOf(measured))
    .filter(([, holds]) => !holds)
    .map(([claim]) => claim);
