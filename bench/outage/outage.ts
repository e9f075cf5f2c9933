import { Agent } from 'undici';
import type { BenchContext } from '../context.js';
import type { LocalStack } from '../local-stack.js';
import { warmUp } from '../load.js';
import { createPostOrder } from '../orders.js';
import { createDesk, pollUntil } from './desk.js';
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

/** The answers that callers get while partners are dead or slow. */
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

/**
 * The straggler comes last: its orders would otherwise still be asked about under the slow partner.
 */
const measure = async (tools: Tools): Promise<Measured> => {
  const { plan, post, desk, context } = tools;
  const { say, signal } = context;
  say(`warming up, ${plan.warmUp.seconds} s`);
  const order = async (): Promise<void> => void (await post(['accept']));
  await warmUp(order, { ...plan.warmUp, signal });
  // Waits until no early order without a vote is left: those do not belong to the outage.
  const isSettled = async () => ((await desk.cases('open')).length === 0 ? true : undefined);
  await pollUntil(isSettled, { giveUpMs: 60_000, signal });
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
 * Starts Verdict like `npm start` and makes its partners fail in several ways. Throws when an order
 * is not answered with 200, or not with the outcome that the partners' state requires.
 */
export const outage = async (plan: Plan, context: BenchContext): Promise<Outage> => {
  const stack = await context.stacks.open();
  try {
    const measured = await measureOn(stack, plan, context);
    return { plan, startedInMs: stack.startedInMs, budgetMs, ...measured };
  } finally {
    await context.stacks.close(stack);
  }
};
