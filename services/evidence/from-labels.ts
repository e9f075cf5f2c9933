import type { LabelKind } from '../../contracts/v1/labels.js';
import {
  type LabelledOrder,
  listLabelledOrders,
  listLabelsOfOrders,
  type StatedLabel,
} from '../../db/label-evidence.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { type EvidenceKind, isWeak } from '../../domain/evidence.js';
import { groupBy } from '../../domain/group-by.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context } from '../context.js';
import { workOnDue } from '../due-work.js';
import { readPlaces } from '../transactions/fact-source.js';
import { mapInTurns } from '../turns.js';
import type { RecordedBatch } from './from-alerts.js';
import { restateEvidence, type Statement } from './record.js';
import { type SubjectTokens, subjectTokensOf } from './subjects.js';

/** The evidence that a label gives about its order's subjects; `good` gives none. */
export const evidenceKindOf: Readonly<Record<LabelKind, EvidenceKind | undefined>> = {
  fraud: 'fraud',
  chargeback: 'chargeback',
  dispute: 'dispute',
  refunded_as_fraud: 'refund',
  good: undefined,
};

/** Without weak subjects, which unrelated shoppers share; the card itself is known. */
const subjectsOf = async (
  { vault, tokeniser }: Context<'vault' | 'tokeniser'>,
  { transaction_id: id, body }: LabelledOrder,
): Promise<SubjectTokens[] | undefined> => {
  try {
    const transaction = JSON.parse(vault.open(body, id)) as SanitisedTransaction;
    await readPlaces(transaction);
    const all = await subjectTokensOf(tokeniser, transaction);
    return all.filter(({ subject }) => !isWeak(subject));
  } catch {
    return undefined;
  }
};

/** What a piece of evidence says of its label. */
export const labelDetailsOf = ({
  label_id,
  transaction_id,
  banner,
  ...label
}: Pick<StatedLabel, 'label_id' | 'transaction_id' | 'amount' | 'currency' | 'reason'> & {
  readonly banner: string;
}) => ({
  labelId: label_id,
  transactionId: transaction_id,
  banner,
  ...(label.amount !== null && { amount: label.amount, currency: label.currency }),
  ...(label.reason !== null && { reason: label.reason }),
});

/** The evidence of one order's labels about its subjects; undefined when there are no labels. */
const statementOf = (
  labels: readonly StatedLabel[],
  subjects: readonly SubjectTokens[],
): Statement | undefined => {
  const current = labels.find((label) => label.is_current);
  const kind = current && evidenceKindOf[current.kind];
  // When no label counts any more, any of them identifies the evidence to withdraw.
  const named = current ?? labels[0];
  if (named === undefined) return undefined;
  return {
    content: {
      kind: kind ?? 'fraud',
      source: 'label',
      reference: named.label_id,
      occurredAt: named.occurred_at,
      details: labelDetailsOf(named),
    },
    roots: labels.map((label) => label.label_id),
    subjects: kind === undefined ? [] : subjects,
    ownTransactionId: named.transaction_id,
  };
};

/**
 * Turns the labels of waiting orders into evidence, the longest-waiting first, at most `limit`: an
 * order's current label counts for each of its subjects, and none of its other labels. Runs in one
 * database transaction.
 */
export const recordLabels = async (
  context: Context<'vault' | 'tokeniser' | 'now', Pool>,
  { limit }: { readonly limit: number },
): Promise<RecordedBatch> =>
  inTransaction(context.db, async (db) => {
    const { tokeniser, now } = context;
    const due = { consumer: 'label_evidence', limit } as const;
    const { result: evidence = 0, ...batch } = await workOnDue({ db, now }, due, async (rows) => {
      const ids = rows.map(({ key }) => key);
      const orders = await listLabelledOrders(db, ids);
      const labels = groupBy(await listLabelsOfOrders(db, ids), (label) => label.transaction_id);
      const unreadable: string[] = [];
      const statements = await mapInTurns(orders, async (order) => {
        const subjects = await subjectsOf(context, order);
        if (subjects === undefined) {
          unreadable.push(order.transaction_id);
          return [];
        }
        return statementOf(labels.get(order.transaction_id) ?? [], subjects) ?? [];
      });
      return {
        unreadable,
        result: await restateEvidence({ db, tokeniser, now }, statements.flat()),
      };
    });
    return { ...batch, evidence };
  });
