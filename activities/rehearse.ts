import { Context } from '@temporalio/activity';
import { rehearsalOrder } from '../contracts/hbc/rehearsal-order.js';
import { parseTransaction } from '../contracts/hbc/transaction.js';
import { votingPartners } from '../contracts/voting-partners.js';
import { capitalised } from '../domain/capitalised.js';
import { openConnections, storeForRehearsal } from '../services/transactions/warm-up.js';
import { transactionIdOfWorkflow } from '../services/transactions/ids.js';
import { createActivities } from './create-activities.js';
import type { ActivityDeps, GivenDeps } from './deps.js';

/** What a worker rehearses with, while it starts. */
export interface Rehearsal {
  /** The dependencies of the activities; nothing that they do is visible outside. */
  readonly deps: GivenDeps;
  /** Runs `work` in a database transaction of its own, which is rolled back. */
  readonly round: <T>(work: () => Promise<T>) => Promise<T>;
}

const dayMs = 86_400_000;
const budgetMs = 1500;

/** Decides an example order, and settles it unless in review. Returns its answer. */
const decideExample = async (deps: Rehearsal['deps']): Promise<string> => {
  const parsed = parseTransaction(rehearsalOrder);
  if (!parsed.ok) throw new Error('the order of the rehearsal is invalid');
  const { banner, orderId, orderTotal: amount, currencyCode: currency } = parsed.value;
  const transactionId = transactionIdOfWorkflow(
    Context.current().info.workflowExecution?.workflowId ?? '',
  );
  await storeForRehearsal(deps, transactionId, parsed.value);
  const activities = createActivities(deps);
  const [local, ...answers] = await Promise.all([
    activities.score({ transactionId }),
    ...votingPartners.map((name) =>
      activities[`check${capitalised(name)}`]({ transactionId, banner, budgetMs }),
    ),
  ]);
  const reviewExpireAfterMs = dayMs;
  const decided = await activities.recordDecision({
    ...{ transactionId, banner, amount, currency, local },
    answers: answers.filter((answer) => answer.kind !== 'not_made'),
    reviewDueAtMs: Date.now() + reviewExpireAfterMs,
  });
  // An order in review is not settled: to Postgres, its workflow would be ahead.
  if (decided.outcome !== 'review') {
    const settlement = { transactionId, banner, orderId, action: 'process', round: 0 } as const;
    await activities.settleOrder({ ...settlement, reviewExpireAfterMs });
  }
  return decided.answer;
};

interface RehearseDeps extends Pick<ActivityDeps, 'writes'> {
  /** Names this worker among those of its queue. */
  readonly worker: string;
  /** Undefined unless this worker is starting. */
  readonly rehearsal: () => Rehearsal | undefined;
}

/** The activities of the workflow `rehearse`. A worker that does not rehearse does nothing. */
export const createRehearsalActivities = ({ writes, worker, rehearsal }: RehearseDeps) => ({
  /** For workers of the version before: opens connections. Throws `TemporarilyUnavailable`. */
  rehearse: (): Promise<void> => openConnections(writes),
  rehearseOrder: async (input: { readonly worker: string | null }) => {
    const own = input.worker === worker ? rehearsal() : undefined;
    if (own === undefined) return { isOwn: false, answer: '' };
    return { isOwn: true, answer: await own.round(() => decideExample(own.deps)) };
  },
  /** Takes and returns what it is given, like a step of an order. */
  rehearseStep: <Given>(given: Given): Promise<Given> => Promise.resolve(given),
});

export type RehearsalActivities = ReturnType<typeof createRehearsalActivities>;
