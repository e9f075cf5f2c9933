import { Agent } from 'undici';
import type { BenchContext } from '../context.js';
import { type LocalStack, startLocalStack } from '../local-stack.js';
import { warmUp } from '../load.js';
import { createPostOrder } from '../orders.js';
import { createDesk, lookFor } from './desk.js';
import {
  budgetMs,
  type Dead,
  measureDead,
  measureSlow,
  measureStraggler,
  type Slow,
  type Straggler,
  type Tools,
} from './measure.js';
import type { Plan } from './plan.js';
import { breakersClosed, measureRecovery, type Recovery } from './recovery.js';

/** What callers get when partners are dead or ill. */
export interface Outage {
  readonly plan: Plan;
  readonly startedInMs: number;
  readonly budgetMs: number;
  readonly dead: Dead;
  readonly recovery: Recovery;
  readonly slow: Slow;
  readonly straggler: Straggler;
}

type Measured = Pick<Outage, 'dead' | 'recovery' | 'slow' | 'straggler'>;

/** The straggler comes last: its orders would still be asked about under the slow partner. */
const measure = async (tools: Tools): Promise<Measured> => {
  const { plan, post, desk, context } = tools;
  const { say, signal } = context;
  say(`warming up, ${plan.warmUp.seconds} s`);
  const order = async (): Promise<void> => void (await post(['accept']));
  await warmUp(order, { ...plan.warmUp, signal });
  // An order that came too early for a partner's vote is none of those that the outage leaves.
  const isSettled = async () => ((await desk.cases('open')).length === 0 ? true : undefined);
  await lookFor(isSettled, { giveUpMs: 60_000, signal });
  say(`both partners dead, ${plan.dead.perSecond} orders a second for ${plan.dead.seconds} s`);
  const dead = await measureDead(tools);
  say('both partners well again, waiting for the orders in review');
  const recovery = await measureRecovery(tools);
  await breakersClosed(tools);
  say(`Yleo slow, ${plan.slow.seconds} s`);
  const slow = await measureSlow(tools);
  await breakersClosed(tools);
  say(`Yleo too slow to count, ${plan.straggler.seconds} s`);
  const straggler = await measureStraggler(tools);
  return { dead, recovery, slow, straggler };
};

const measureOn = async (stack: LocalStack, plan: Plan, context: BenchContext) => {
  const agent = new Agent();
  try {
    const desk = createDesk(stack, agent, context.signal);
    return await measure({ plan, desk, post: createPostOrder(stack, agent), context });
  } finally {
    await agent.destroy();
  }
};

/**
 * Brings up Verdict as `npm start` does and takes its partners away in several manners. Throws
 * when an order is not answered 200, or otherwise than the partners' state demands.
 */
export const outage = async (plan: Plan, context: BenchContext): Promise<Outage> => {
  context.say('bringing up Postgres, Temporal, simulators, worker and API');
  const stack = await startLocalStack(context.env, context.signal);
  try {
    const measured = await measureOn(stack, plan, context);
    return { plan, startedInMs: stack.startedInMs, budgetMs, ...measured };
  } finally {
    context.say('stopping everything');
    await stack.stop();
  }
};
