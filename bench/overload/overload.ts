import { Agent } from 'undici';
import type { BenchContext } from '../context.js';
import { closedLoop, warmUp } from '../load.js';
import { startLocalStack } from '../local-stack.js';
import { prepareBeside } from './beside.js';
import { type Caller, createCaller, type Reply } from './caller.js';
import type { Plan } from './plan.js';
import { bySecond, measureStorm, type Storm } from './storm.js';

/** Results under more orders than can be decided. */
export interface Overload {
  readonly plan: Plan;
  readonly startedInMs: number;
  /**
   * Orders answered per second with this many callers, each sending its next order after an answer.
   */
  readonly capacityPerSecond: number;
  /** Orders answered in each of these seconds, to show how even the machine's pace is. */
  readonly capacityBySecond: readonly number[];
  readonly storms: readonly Storm[];
}

const measure = async (
  caller: Caller,
  plan: Plan,
  { signal, say }: BenchContext,
): Promise<Pick<Overload, 'capacityPerSecond' | 'capacityBySecond' | 'storms'>> => {
  const answers: Reply[] = [];
  const order = async (): Promise<void> => {
    answers.push(await caller.postUntilAnswered(caller.makeOrder()));
  };
  say(`warming up, ${plan.warmUpSeconds} s`);
  await warmUp(order, { perSecond: 10, seconds: plan.warmUpSeconds, signal });
  say(`${plan.callers} callers as fast as they can, ${plan.capacitySeconds} s`);
  const load = { callers: plan.callers, seconds: plan.capacitySeconds, signal };
  const startMs = performance.now();
  const capacityPerSecond = await closedLoop(order, load);
  const capacityBySecond = bySecond(answers, startMs, plan.capacitySeconds);
  const storms: Storm[] = [];
  for (const times of plan.loads) {
    const calls = await prepareBeside(caller, plan.stormSeconds);
    say(`${times} times ${capacityPerSecond} orders a second for ${plan.stormSeconds} s`);
    storms.push(
      await measureStorm(caller, calls, {
        ...{ load: times, perSecond: Math.round(capacityPerSecond * times * 10) / 10 },
        ...{ seconds: plan.stormSeconds, giveUpSeconds: plan.giveUpSeconds, signal },
      }),
    );
  }
  return { capacityPerSecond, capacityBySecond, storms };
};

/**
 * Starts Verdict like `npm start`, measures how many orders per second it can decide, and then
 * offers more.
 */
export const overload = async (plan: Plan, context: BenchContext): Promise<Overload> => {
  context.say('bringing up Postgres, Temporal, simulators, worker and API');
  const stack = await startLocalStack(context.env, context.signal);
  const agent = new Agent();
  try {
    const measured = await measure(createCaller(stack, agent), plan, context);
    return { plan, startedInMs: stack.startedInMs, ...measured };
  } finally {
    await agent.destroy();
    context.say('stopping everything');
    await stack.stop();
  }
};
