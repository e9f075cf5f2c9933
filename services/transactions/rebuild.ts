import type { PolicyInForce } from '../../contracts/controls.js';
import type {
  Decision,
  Outcome,
  TransactionStatus,
  Verdict,
  VerdictSource,
} from '../../contracts/hbc/decision.js';
import { insertAudit } from '../../db/audit.js';
import { insertDecision } from '../../db/decisions.js';
import { findOrderStateRow } from '../../db/orders.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { lockTransaction, type TransactionRow } from '../../db/transactions.js';
import { isEscalated } from '../../domain/combine-votes.js';
import type { CarriedScore, PartnerAnswer, Vote } from '../../domain/votes.js';
import { reopenCase } from '../cases/rounds.js';
import { recordVerdict } from '../cases/verdicts.js';
import { recordWithdrawal } from '../cases/withdrawals.js';
import { type Context, system } from '../context.js';
import { markSettled, type SettlementAction } from './settlement.js';

/** A decision as an order's workflow remembers it. */
export interface RememberedDecision {
  readonly kind: 'decision';
  readonly at: Date;
  readonly outcome: Outcome;
  readonly totalScore: number;
  /** The answer to OMS, byte for byte. */
  readonly answer: string;
  readonly votes: readonly Vote[];
  readonly reviewDueAt: Date;
  /** Undefined when the workflow does not say how the order was scored. */
  readonly local: CarriedScore | undefined;
  readonly answers: readonly PartnerAnswer[];
}

/** A step of an order that certainly happened; lists have the oldest first. */
export type KnownStep =
  | RememberedDecision
  | {
      readonly kind: 'verdict';
      readonly at: Date;
      readonly round: number;
      readonly outcome: Verdict;
      readonly source: VerdictSource;
      readonly reviewer: string;
      readonly remarks: string;
    }
  | {
      readonly kind: 'withdrawal';
      readonly at: Date;
      readonly round: number | undefined;
      readonly actor: string;
    }
  | {
      /** The order was found withdrawn in this round; by whom is not known. */
      readonly kind: 'withdrawn';
      readonly at: Date;
      readonly round: number;
    }
  | {
      /** OMS refused; `round` is the one that begins with it. */
      readonly kind: 'refusal';
      readonly at: Date;
      readonly round: number;
      readonly action: SettlementAction;
      readonly dueAt: Date;
    }
  | {
      readonly kind: 'settlement';
      readonly at: Date;
      readonly round: number;
      readonly action: SettlementAction;
    };

/** The source of the steps. */
export type KnownFrom = 'temporal' | 'oms';

/** What an order's rebuild led to. */
export interface Rebuilt {
  readonly before: TransactionStatus;
  readonly after: TransactionStatus;
  readonly isChanged: boolean;
}

/** What a rebuild needs; the database is that of one transaction, in which the row is locked. */
type Rebuilding = Context<'vault' | 'now'> & { readonly policy: PolicyInForce };

const insertRemembered = async (
  { db, policy }: Rebuilding,
  { transaction_id: transactionId, banner }: Pick<TransactionRow, 'transaction_id' | 'banner'>,
  step: RememberedDecision,
): Promise<void> => {
  const { outcome, totalScore, local, answers, at } = step;
  const answered = JSON.parse(step.answer) as Decision;
  const isReview = outcome === 'review';
  const policyVersion = policy.version;
  await insertDecision(
    db,
    {
      ...{ transactionId, outcome, totalScore, answer: step.answer, votes: step.votes },
      crossReference: answered.crossReference ?? '',
      remarks: answered.remarks ?? '',
      rulesTripped: answered.rulesTripped ?? '',
      hits: local?.hits ?? [],
      erroredRules: local?.erroredRules ?? [],
      // No workflow carries facts.
      facts: {},
      partnerAnswers: answers,
      ruleSetHash: local?.ruleSetHash ?? '',
      ruleSetVersion: local?.ruleSetVersion ?? 0,
      trial: local?.trial ?? null,
      ...{ policyVersion, priority: isEscalated(answers) ? 'high' : 'normal', decidedAt: at },
      // Its answer says so in words, and the policy of that time may have had another share.
      sampledRejectShare: null,
    },
    {
      status: isReview ? 'in_review' : 'settling',
      newCase: isReview
        ? { banner, dueAt: step.reviewDueAt, rejectFrom: local?.rejectFrom ?? null }
        : null,
      shadows: [],
      audit: {
        actor: system.name,
        action: 'decision.recorded',
        details: { outcome, totalScore, policyVersion },
      },
    },
  );
};

type State = NonNullable<Awaited<ReturnType<typeof findOrderStateRow>>>;

const isOpen = ({ status }: State): boolean => status === 'in_review' || status === 'oms_rejected';

const outcomeOf = (action: SettlementAction): Verdict =>
  action === 'process' ? 'accept' : 'reject';

const opposite = { process: 'cancel', cancel: 'process' } as const;

type RebuiltRow = Pick<TransactionRow, 'transaction_id' | 'banner'>;

/** Stores that OMS refused an action, of which only the consequence is known. Returns the round. */
const reopenUnseen = async (
  context: Rebuilding,
  { transaction_id: transactionId, banner }: RebuiltRow,
  state: State,
  action: SettlementAction,
): Promise<number> => {
  const round = (state.round ?? 0) + 1;
  const refusal = { action, omsStatus: null, omsReason: null, dueAt: context.now };
  await reopenCase(context, { transactionId, banner, round, ...refusal });
  return round;
};

/**
 * Brings an order to what OMS has done. A verdict that nobody remembers is stored in the name of
 * the system. Changes nothing where the order has ended.
 */
const settleAs = async (
  context: Rebuilding,
  row: RebuiltRow,
  state: State,
  action: SettlementAction,
): Promise<void> => {
  const { transaction_id: transactionId } = row;
  const outcome = outcomeOf(action);
  const contradicts = state.status === 'settling' && state.outcome !== outcome;
  const round = contradicts
    ? await reopenUnseen(context, row, state, opposite[action])
    : (state.round ?? 0);
  if (contradicts || isOpen(state)) {
    await recordVerdict(context, {
      ...{ transactionId, round, outcome, source: 'api', reviewer: system.name },
      remarks: `OMS has done ${action}; who gave this verdict is not known.`,
    });
  }
  await markSettled(context, transactionId, action);
};

/**
 * Brings an order to withdrawn, in the name of the system. Only an order in review can be
 * withdrawn, so OMS has refused one that waits for it. Changes nothing where the order has ended.
 */
const withdrawAs = async (context: Rebuilding, row: RebuiltRow, state: State): Promise<void> => {
  const { transaction_id: transactionId } = row;
  const action = state.outcome === 'accept' ? 'process' : 'cancel';
  const round =
    state.status === 'settling'
      ? await reopenUnseen(context, row, state, action)
      : (state.round ?? 0);
  await recordWithdrawal(context, { transactionId, round, actor: system.name });
};

/** Applies one step if the order stands right before it. */
const applyStep = async (given: Rebuilding, row: RebuiltRow, step: KnownStep): Promise<void> => {
  const { transaction_id: transactionId, banner } = row;
  if (step.kind === 'decision') return insertRemembered(given, row, step);
  const state = await findOrderStateRow(given.db, transactionId);
  if (state === undefined) return;
  const context = { ...given, now: step.at };
  const round = state.round ?? 0;
  switch (step.kind) {
    case 'verdict':
      await recordVerdict(context, { ...step, transactionId });
      return;
    case 'withdrawal':
      if (step.round !== undefined && step.round !== round) return;
      await recordWithdrawal(context, { transactionId, round, actor: step.actor });
      return;
    case 'withdrawn':
      if (round <= step.round) await withdrawAs(context, row, state);
      return;
    case 'refusal':
      if (state.status !== 'settling' || round !== step.round - 1) return;
      await reopenCase(context, {
        ...{ transactionId, banner, round: step.round, action: step.action, dueAt: step.dueAt },
        ...{ omsStatus: null, omsReason: null },
      });
      return;
    case 'settlement':
      if (round <= step.round) await settleAs(context, row, state, step.action);
      return;
    default:
      step satisfies never;
  }
};

const standingOf = async (db: Queryable, transactionId: string) => {
  const state = await findOrderStateRow(db, transactionId);
  return { status: state?.status ?? ('deciding' as const), round: state?.round ?? 0 };
};

/** Ends a dry run of a rebuild. */
class Rehearsed extends Error {
  override readonly name = 'Rehearsed';
  readonly rebuilt: Rebuilt;

  constructor(rebuilt: Rebuilt) {
    super('the rebuild is rolled back');
    this.rebuilt = rebuilt;
  }
}

/** What a rebuild works with. */
export type RebuildContext = Context<'vault' | 'now', Pool> & {
  readonly policyOf: (banner: TransactionRow['banner']) => PolicyInForce;
  /** Rolls the rebuild back, and only reports its result. */
  readonly isRehearsal?: boolean;
};

/**
 * Advances a stored order by `steps` that happened but that Postgres lost, because it was restored
 * to an earlier moment. Steps that are stored change nothing, and a stored decision or verdict
 * stays. All or nothing, with an audit row that says so. Undefined for an order that is not stored.
 */
export const rebuildOrder = async (
  { db: pool, vault, now, policyOf, isRehearsal = false }: RebuildContext,
  transactionId: string,
  steps: readonly KnownStep[],
  from: KnownFrom,
): Promise<Rebuilt | undefined> => {
  const rebuild = async (db: Queryable): Promise<Rebuilt | undefined> => {
    const row = await lockTransaction(db, transactionId);
    if (row === undefined) return undefined;
    const context = { db, vault, now, policy: policyOf(row.banner) };
    const before = await standingOf(db, transactionId);
    for (const step of steps) await applyStep(context, row, step);
    const after = await standingOf(db, transactionId);
    const isChanged = before.status !== after.status || before.round !== after.round;
    const rebuilt = { before: before.status, after: after.status, isChanged };
    if (isRehearsal) throw new Rehearsed(rebuilt);
    if (isChanged) {
      const details = { from, before: before.status, after: after.status };
      const entry = { actor: system.name, action: 'order.rebuilt', object: transactionId };
      await insertAudit(db, { ...entry, details, at: now });
    }
    return rebuilt;
  };
  return inTransaction(pool, rebuild).catch((error: unknown) => {
    if (error instanceof Rehearsed) return error.rebuilt;
    throw error;
  });
};
