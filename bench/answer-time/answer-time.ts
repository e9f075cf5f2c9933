import { Agent } from 'undici';
import { type AtRest, measureAtRest } from '../at-rest.js';
import type { BenchContext } from '../context.js';
import { warmUp } from '../load.js';
import { type LocalStack, programEnvironment } from '../local-stack.js';
import { type Floor, startFloor } from '../noop/floor.js';
import { checkAccepted } from '../offer-orders.js';
import { createCaller } from '../overload/caller.js';
import type { Percentiles } from '../percentiles.js';
import { createProcessorClock } from '../processor-time.js';
import { measureDuplicates } from './duplicates.js';
import { measureOrderSteps, type OrderSteps } from './order-steps.js';
import type { Plan } from './plan.js';
import { measureRate, measureSaturation, type RateResult, type Saturation } from './rates.js';

/** What an order costs its caller and the machine, beside a bare workflow. */
export interface AnswerTime {
  readonly plan: Plan;
  readonly startedInMs: number;
  readonly rates: readonly RateResult[];
  readonly saturation: Saturation;
  /** Decided orders, posted again. */
  readonly duplicates: Percentiles;
  readonly order: OrderSteps;
  /** After the loads. */
  readonly atRest: AtRest;
}

const measure = async (
  stack: LocalStack,
  floor: Floor,
  agent: Agent,
  plan: Plan,
  context: BenchContext,
): Promise<Omit<AnswerTime, 'plan' | 'startedInMs'>> => {
  const { signal, say } = context;
  const caller = createCaller(stack, agent);
  const order = async () => {
    const reply = await caller.post('/transaction', caller.makeOrder());
    if (!checkAccepted(reply)) throw new Error('an order was refused');
  };
  const warming = { perSecond: 10, seconds: plan.warmUpSeconds, signal };
  say(`warming up, ${plan.warmUpSeconds} s each`);
  await warmUp(floor.call, warming);
  await warmUp(order, warming);
  const processorClock = createProcessorClock([stack.pid, floor.pid]);
  const sides = { floor: floor.call, caller, processorClock };
  const rates: RateResult[] = [];
  for (const rate of plan.rates) rates.push(await measureRate(sides, rate, context));
  return {
    rates,
    saturation: await measureSaturation(sides, plan, context),
    duplicates: await measureDuplicates(caller, plan.duplicates, context),
    order: await measureOrderSteps(stack, caller, plan.statements, context),
    atRest: await measureAtRest(stack.pid, plan.rest, context),
  };
};

const measureOn = async (stack: LocalStack, plan: Plan, context: BenchContext) => {
  const env = programEnvironment(context.env);
  const floor = await startFloor(stack.temporalAddress, env, context.signal);
  const agent = new Agent();
  try {
    return await measure(stack, floor, agent, plan, context);
  } finally {
    await agent.destroy();
    await floor.stop();
  }
};

/**
 * The cost of one order beyond the engine itself: starts Verdict like `npm start` and measures
 * `POST /transaction` in turns with a bare workflow on the same Temporal server, at several rates
 * and at saturation; then repeats, the steps of one order, and the installation at rest. Throws
 * when an order gets another answer than `accept` or 503.
 */
export const answerTime = async (plan: Plan, context: BenchContext): Promise<AnswerTime> => {
  const stack = await context.stacks.open();
  try {
    const measured = await measureOn(stack, plan, context);
    return { plan, startedInMs: stack.startedInMs, ...measured };
  } finally {
    await context.stacks.close(stack);
  }
};
