import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, WithStartWorkflowOperation } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import type { Kept, RecordVerdictInput } from '../../activities/case-keeping.js';
import type { CheckResult } from '../../activities/check-partner.js';
import type { LateVoteResult } from '../../activities/ask-again.js';
import type { RecordDecisionInput, RecordedDecision } from '../../activities/record-decision.js';
import type {
  SettleAtOnceResult,
  SettleOrderInput,
  SettleOrderResult,
} from '../../activities/settle-order.js';
import type { Outcome } from '../../contracts/hbc/decision.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';
import { ensureWorkflowBundle } from '../../worker/bundle.js';
import {
  askAgainQueueOf,
  type FirstDecision,
  firstDecisionUpdate,
  firstDecisionUpdateId,
  type ReviewPolicy,
  type ScreenTransactionInput,
  screenTransactionType,
  settleQueueOf,
} from '../../workflows/order/messages.js';
import { connectNow } from '../../runtime/temporal.js';

type OrderState = NonNullable<RecordedDecision['standing']>;

/** The results of one order's steps; the default is an order that everybody accepts. */
export interface Steps {
  readonly outcome?: Outcome;
  readonly score?: () => Promise<void>;
  readonly check?: (partner: PartnerName, attempt: number) => Promise<CheckResult>;
  /** Merged into the result of `recordDecision`. */
  readonly decision?: Partial<RecordedDecision>;
  readonly settle?: (input: SettleOrderInput) => Promise<SettleOrderResult | undefined>;
  /** The settlement in the workflow task of the decision. */
  readonly atOnce?: (input: SettleOrderInput) => Promise<SettleAtOnceResult | undefined>;
  readonly verdict?: (input: RecordVerdictInput) => Promise<OrderState | undefined>;
  readonly remind?: () => Promise<Kept>;
  readonly standing?: () => OrderState;
  readonly late?: (partner: PartnerName) => Promise<LateVoteResult>;
}

/** An order with the calls of its steps, in their order, as `step` or `step:detail`. */
export interface Order {
  readonly id: string;
  readonly steps: Steps;
  readonly calls: string[];
  readonly decided: RecordDecisionInput[];
}

/** A vote for accept. */
export const accepted = (partner: PartnerName): PartnerAnswer =>
  ({
    kind: 'answered',
    partner,
    opinion: 'accept',
    label: 'fine',
    latencyMs: 1,
    evidence: {},
  }) as unknown as PartnerAnswer;

export const standsAt = (
  status: OrderState['status'],
  outcome: Outcome,
  round = 0,
  dueAtMs: number | null = null,
): OrderState => ({ status, outcome, round, dueAtMs });

/** OMS did what it was asked to. */
const settled = ({ action, round }: SettleOrderInput): SettleOrderResult => {
  const [status, outcome] =
    action === 'process' ? (['processed', 'accept'] as const) : (['cancelled', 'reject'] as const);
  return { kind: 'done', standing: standsAt(status, outcome, round) };
};

const activitiesOver = (orders: ReadonlyMap<string, Order>) => {
  const step = (transactionId: string, call: string): Order => {
    const order = orders.get(transactionId);
    if (order === undefined) throw new Error('an order of another test');
    order.calls.push(call);
    return order;
  };
  const check =
    (partner: PartnerName) =>
    async ({ transactionId }: { transactionId: string }): Promise<CheckResult> => {
      const { steps, calls } = step(transactionId, `check:${partner}`);
      const attempt = calls.filter((call) => call === `check:${partner}`).length;
      return (await steps.check?.(partner, attempt)) ?? accepted(partner);
    };
  const askAgain =
    (partner: PartnerName) =>
    async ({ transactionId }: { transactionId: string }): Promise<LateVoteResult> => {
      const { steps } = step(transactionId, `again:${partner}`);
      return (await steps.late?.(partner)) ?? { kind: 'refused' };
    };
  return {
    checkSardine: check('sardine'),
    checkYleo: check('yleo'),
    askSardineAgain: askAgain('sardine'),
    askYleoAgain: askAgain('yleo'),
    score: async ({ transactionId }: { transactionId: string }) => {
      const { steps } = step(transactionId, 'score');
      await steps.score?.();
      return { totalScore: 0, hits: [], errored: [], outcome: 'accept' };
    },
    recordDecision: async (input: RecordDecisionInput): Promise<RecordedDecision> => {
      const { steps, decided } = step(input.transactionId, 'recordDecision');
      decided.push(input);
      const outcome = steps.outcome ?? 'accept';
      return {
        ...{ outcome, totalScore: 0, answer: `{"${outcome}":1}`, votes: [] },
        reviewDueAtMs: input.reviewDueAtMs,
        ...steps.decision,
      };
    },
    settleOrder: async (input: SettleOrderInput): Promise<SettleOrderResult> => {
      const { steps } = step(input.transactionId, `settle:${input.action}:${input.round}`);
      return (await steps.settle?.(input)) ?? settled(input);
    },
    settleAtOnce: async (input: SettleOrderInput): Promise<SettleAtOnceResult> => {
      const { steps } = step(input.transactionId, `settle-at-once:${input.action}:${input.round}`);
      return (await steps.atOnce?.(input)) ?? settled(input);
    },
    recordVerdict: async (input: RecordVerdictInput): Promise<Kept> => {
      const { transactionId, source, reviewer, outcome, round } = input;
      const { steps } = step(transactionId, `verdict:${source}:${reviewer}:${outcome}:${round}`);
      const given = await steps.verdict?.(input);
      return { standing: given ?? standsAt('settling', outcome, round) };
    },
    recordWithdrawal: async (input: {
      transactionId: string;
      actor: string;
      round: number;
    }): Promise<Kept> => {
      step(input.transactionId, `withdrawal:${input.actor}`);
      return { standing: standsAt('withdrawn', 'review', input.round) };
    },
    remindReviewer: async (input: { transactionId: string; number: number }): Promise<Kept> => {
      const { steps } = step(input.transactionId, `remind:${input.number}`);
      return steps.remind?.();
    },
    readStanding: async ({ transactionId }: { transactionId: string }): Promise<Kept> => {
      const { steps } = step(transactionId, 'readStanding');
      return { standing: steps.standing?.() ?? standsAt('in_review', 'review') };
    },
    tellSardine: async ({ transactionId }: { transactionId: string }) => {
      step(transactionId, 'tellSardine');
    },
  };
};

const never: ReviewPolicy = {
  remindAfterMs: 3_600_000,
  expireAfterMs: 7_200_000,
  expireAction: 'keep',
};

/**
 * The real workflow code, as it is bundled for production, on the real server; the steps are plain
 * functions, so that a test sees each branch of the story without the rest of the product.
 */
export const openDesk = async () => {
  const taskQueue = `order-desk-${randomUUID()}`;
  const orders = new Map<string, Order>();
  const address = inject('temporalAddress');
  const connection = await NativeConnection.connect({ address });
  const activities = activitiesOver(orders);
  const codePath = await ensureWorkflowBundle(join(inject('varDir'), 'bundles'));
  const workers = [
    await Worker.create({ connection, taskQueue, activities, workflowBundle: { codePath } }),
    await Worker.create({ connection, taskQueue: settleQueueOf(taskQueue), activities }),
    await Worker.create({ connection, taskQueue: askAgainQueueOf(taskQueue), activities }),
  ];
  const running = Promise.all(workers.map((worker) => worker.run()));
  const client = new Client({
    connection: await connectNow({ address }),
  });

  /** Starts an order and waits for its first decision. */
  const begin = async (
    steps: Steps = {},
    review: Partial<ReviewPolicy> = {},
    given: Partial<ScreenTransactionInput> = {},
  ) => {
    const id = randomUUID();
    const order: Order = { id, steps, calls: [], decided: [] };
    orders.set(id, order);
    const input: ScreenTransactionInput = {
      transactionId: id,
      banner: 's5a',
      orderId: id,
      groupId: '1',
      amount: 10,
      currency: 'USD',
      receivedAtMs: Date.now(),
      budgetMs: 1000,
      review: { ...never, ...review },
      ...given,
    };
    const start = new WithStartWorkflowOperation(screenTransactionType, {
      workflowId: id,
      taskQueue,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const decision: Promise<FirstDecision> = client.workflow.executeUpdateWithStart(
      firstDecisionUpdate,
      { updateId: firstDecisionUpdateId, startWorkflowOperation: start },
    );
    return { ...order, handle: await start.workflowHandle(), decision };
  };

  /** Replays an order that has ended; rejects when its history does not fit the workflow. */
  const replay = async ({ handle }: Pick<Awaited<ReturnType<typeof begin>>, 'handle'>) =>
    Worker.runReplayHistory({ workflowBundle: { codePath } }, await handle.fetchHistory());

  return {
    begin,
    replay,
    client,
    close: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await connection.close();
      await client.connection.close();
    },
  };
};

export type Desk = Awaited<ReturnType<typeof openDesk>>;
