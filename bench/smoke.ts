import type { AnswerTime } from './answer-time.js';
import type { BenchmarkName, Measured } from './benchmarks.js';
import type { Outage } from './outage/outage.js';
import type { Overload } from './overload/overload.js';

/** The benchmarks that start the whole product; the others have tests of their own. */
export const smokeNames: readonly BenchmarkName[] = ['answer-time', 'outage', 'overload'];

/** Claims about a result, in words, and whether each holds. */
type Claims = Readonly<Record<string, boolean>>;

const claimsOfAnswerTime = ({ latency, saturatedRatio, memory }: AnswerTime): Claims => {
  const series = [latency.floor, latency.verdict];
  return {
    'each series has all its samples': series.every(({ samples }) => samples === 20),
    'percentiles rise': series.every(
      ({ p50Ms, p95Ms, p99Ms, maxMs }) => p50Ms > 1 && p95Ms >= p50Ms && maxMs >= p99Ms,
    ),
    'orders are answered under full load': saturatedRatio > 0,
    'the memory of every part is seen': [
      ...['api', 'postgres', 'simulators', 'supervisor', 'temporal', 'worker'],
    ].every((name) => memory.byPart.some(({ part }) => part === name)),
    'memory is what processes take': memory.pssMb > 100 && memory.rssMb >= memory.pssMb,
  };
};

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
    // A shared machine's pace varies by a third from one minute to the next.
    'twice the load leaves 0.6 of the capacity':
      answered > 0.6 * storm.comparedTo * plan.stormSeconds,
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
