import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { makeTempDir } from '../../test/support/temp-dir.js';
import type { BenchContext } from '../context.js';
import { closedLoop, warmUp } from '../load.js';
import { createCaller } from '../overload/caller.js';
import type { Percentiles } from '../percentiles.js';
import { pidsOfPart } from '../processes.js';
import { type Installation, withInstallation } from './installation.js';
import { type Look, takeLooks } from './looks.js';
import { countInReview, type OpenedReviews, openReviews } from './open-reviews.js';
import type { Plan } from './plan.js';
import { type Sample, takeSamples } from './samples.js';
import { answeredOf, firstAnswerAfter, type Minute, minutesOf, postUntil } from './stream.js';
import { giveVerdicts, type VerdictTimes } from './verdicts.js';

export interface SoakResult {
  readonly plan: Plan;
  readonly startedInMs: number;
  readonly opened: OpenedReviews;
  readonly capacityPerSecond: number;
  readonly streamPerSecond: number;
  readonly answered: Percentiles;
  readonly minutes: readonly Minute[];
  readonly verdicts: VerdictTimes;
  readonly looks: readonly Look[];
  readonly samples: readonly Sample[];
  /** Seconds from each kill of the worker to the first answer of a later order. */
  readonly firstAnswers: readonly (number | null)[];
  /** Reviews that waited when the stream had ended. */
  readonly inReviewAfter: number;
}

const minuteSeconds = 60;

/** Kills the worker, which the supervisor starts again. Returns when, by `performance.now()`. */
const killWorker = ({ stack }: Installation): number => {
  const pids = pidsOfPart(stack.pid, 'worker');
  if (pids.length === 0) throw new Error('no process of the worker was found');
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  return performance.now();
};

const killRepeatedly = async (
  installation: Installation,
  { kills, killSeconds }: Plan,
  signal: AbortSignal,
): Promise<number[]> => {
  const killedAtMs: number[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    killedAtMs.push(killWorker(installation));
    await pause(killSeconds * 1000, undefined, { signal });
  }
  return killedAtMs;
};

/** What is measured beside the stream. */
const watch = async (installation: Installation, plan: Plan, { signal, say }: BenchContext) => {
  const seconds = plan.minutes * minuteSeconds;
  const lookLater = async (): Promise<Look[]> => {
    await pause((seconds / 2) * 1000, undefined, { signal });
    say("an operator's look");
    return takeLooks(installation, plan.looks, signal);
  };
  const caller = createCaller(installation.stack, installation.agent);
  // A short stream has sixty samples too.
  const everySeconds = Math.min(plan.sampleEverySeconds, plan.minutes);
  const [samples, verdicts, looks] = await Promise.all([
    takeSamples(installation, { seconds, everySeconds }, signal),
    giveVerdicts(installation, caller, { seconds, everySeconds: plan.verdictEverySeconds }, signal),
    lookLater(),
  ]);
  say(`killing the worker, ${plan.kills} times`);
  const killedAtMs = await killRepeatedly(installation, plan, signal);
  return { samples, verdicts, looks, killedAtMs };
};

const measure = async (installation: Installation, plan: Plan, context: BenchContext) => {
  const { signal, say } = context;
  const caller = createCaller(installation.stack, installation.agent);
  const order = async () => void (await caller.postUntilAnswered(caller.makeOrder()));
  say(`warming up, ${plan.warmUpSeconds} s, and ${plan.capacitySeconds} s as fast as possible`);
  await warmUp(order, { perSecond: 5, seconds: plan.warmUpSeconds, signal });
  const { callers, capacitySeconds } = plan;
  const capacityPerSecond = await closedLoop(order, { callers, seconds: capacitySeconds, signal });
  const streamPerSecond = Math.round(capacityPerSecond * plan.load * 10) / 10;
  say(`${streamPerSecond} orders a second for ${plan.minutes} minutes`);
  const ending = new AbortController();
  const fromMs = performance.now();
  const posting = postUntil(caller, streamPerSecond, { ending: ending.signal, signal });
  posting.catch(() => undefined);
  const watched = await watch(installation, plan, context).finally(() => ending.abort());
  const posted = await posting;
  const { killedAtMs, ...others } = watched;
  const measured = posted.filter(({ dueMs }) => dueMs < (killedAtMs[0] ?? 0));
  return {
    ...{ capacityPerSecond, streamPerSecond, answered: answeredOf(measured), ...others },
    minutes: minutesOf(measured, fromMs, plan.minutes),
    firstAnswers: killedAtMs.map((atMs) => firstAnswerAfter(posted, atMs)),
    inReviewAfter: await countInReview(installation),
  };
};

/**
 * Starts Verdict like `npm start` with many reviews that wait, each with its workflow, and sends
 * orders and verdicts for a long time. Then kills the worker. Throws when a verdict is refused, or
 * a view of an operator fails.
 */
export const soak = async (plan: Plan, context: BenchContext): Promise<SoakResult> => {
  const folder = makeTempDir();
  // Each waiting call adds a listener; Node warns of a leak above ten.
  setMaxListeners(0, context.signal);
  context.say('starting Verdict');
  try {
    return await withInstallation(folder.path, context, async (installation) => {
      const opened = await openReviews(installation, plan, context);
      const { startedInMs } = installation.stack;
      return { plan, startedInMs, opened, ...(await measure(installation, plan, context)) };
    });
  } finally {
    folder.remove();
  }
};
