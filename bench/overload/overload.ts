import { Agent } from 'undici';
import type { BenchContext } from '../context.js';
import { closedLoop, warmUp } from '../load.js';
import { prepareBeside } from './beside.js';
import { type Caller, createCaller, type Reply } from './caller.js';
import type { Plan } from './plan.js';
import { bySecond, measureStorm, type Storm } from './storm.js';

/** How many orders are decided while no more come than that. */
interface Capacity {
  /**
   * Orders answered per second with the plan's callers, each sending its next order after an
   * answer.
   */
  readonly capacityPerSecond: number;
  /** Orders answered in each second, to show how even the machine's pace is. */
  readonly capacityBySecond: readonly number[];
}

/** A storm, and the capacity right after it: a shared machine's pace changes within minutes. */
interface ComparedStorm extends Storm {
  readonly after: Capacity;
  /** The mean capacity per second just before and just after the storm. */
  readonly comparedTo: number;
}

/** Results under more orders than can be decided. The capacity is that before the first storm. */
export interface Overload extends Capacity {
  readonly plan: Plan;
  readonly startedInMs: number;
  readonly storms: readonly ComparedStorm[];
}

const measureCapacity = async (
  caller: Caller,
  { callers, capacitySeconds: seconds }: Plan,
  { signal, say }: BenchContext,
): Promise<Capacity> => {
  const answers: Reply[] = [];
  const order = async (): Promise<void> => {
    answers.push(await caller.postUntilAnswered(caller.makeOrder()));
  };
  say(`${callers} callers as fast as they can, ${seconds} s`);
  const startMs = performance.now();
  const capacityPerSecond = await closedLoop(order, { callers, seconds, signal });
  return { capacityPerSecond, capacityBySecond: bySecond(answers, startMs, seconds) };
};

const measure = async (
  caller: Caller,
  plan: Plan,
  context: BenchContext,
): Promise<Omit<Overload, 'plan' | 'startedInMs'>> => {
  const { signal, say } = context;
  const order = async () => void (await caller.postUntilAnswered(caller.makeOrder()));
  say(`warming up, ${plan.warmUpSeconds} s`);
  await warmUp(order, { perSecond: 10, seconds: plan.warmUpSeconds, signal });
  const first = await measureCapacity(caller, plan, context);
  const storms: ComparedStorm[] = [];
  for (const times of plan.loads) {
    const { capacityPerSecond } = storms.at(-1)?.after ?? first;
    const calls = await prepareBeside(caller, plan.stormSeconds);
    say(`${times} times ${capacityPerSecond} orders a second for ${plan.stormSeconds} s`);
    const storm = await measureStorm(caller, calls, {
      ...{ load: times, perSecond: Math.round(capacityPerSecond * times * 10) / 10 },
      ...{ seconds: plan.stormSeconds, giveUpSeconds: plan.giveUpSeconds, signal },
    });
    const after = await measureCapacity(caller, plan, context);
    const comparedTo = Math.round((capacityPerSecond + after.capacityPerSecond) * 5) / 10;
    storms.push({ ...storm, after, comparedTo });
  }
  return { ...first, storms };
};

/**
 * Starts Verdict like `npm start`, measures how many orders per second it can decide, and then
 * offers more.
 */
export const overload = async (plan: Plan, context: BenchContext): Promise<Overload> => {
  const stack = await context.stacks.open();
  const agent = new Agent();
  try {
    const measured = await measure(createCaller(stack, agent), plan, context);
    return { plan, startedInMs: stack.startedInMs, ...measured };
  } finally {
    await agent.destroy();
    await context.stacks.close(stack);
  }
};
