import { randomUUID } from 'node:crypto';
import type { PastLabel } from '../../contracts/v1/imports.js';
import { insertEvidence, type NewEvidence } from '../../db/evidence.js';
import { type ImportedLabel, insertImportedLabels } from '../../db/imported-labels.js';
import { lockLabels } from '../../db/labels.js';
import { isWeak } from '../../domain/evidence.js';
import { chargebackKind } from '../../domain/labels/chargeback-kind.js';
import { maskCardNumbers } from '../../domain/mask.js';
import { dayMs } from '../../domain/utc-day.js';
import type { Context } from '../context.js';
import { evidenceKindOf, labelDetailsOf } from '../evidence/from-labels.js';
import { storageTokenOf } from '../evidence/record.js';
import { subjectTokensOf } from '../evidence/subjects.js';
import { mapInTurns } from '../turns.js';
import type { PastOrder } from './read-line.js';

const isChargeback = ({ kind }: PastLabel): boolean => kind === 'chargeback' || kind === 'dispute';

const toLabel = (label: PastLabel, { received }: PastOrder): ImportedLabel => {
  const { transactionId, transaction } = received;
  const { reason, fraud } = label;
  const whole = { amount: transaction.orderTotal, currency: transaction.currencyCode };
  return {
    labelId: randomUUID(),
    transactionId,
    banner: transaction.banner,
    kind: isChargeback(label) ? chargebackKind({ reason, fraud }) : label.kind,
    // A chargeback has these in any case: of the whole order, on the day on which it became known.
    amount: label.amount ?? (isChargeback(label) ? whole.amount : null),
    currency:
      label.currency ?? (isChargeback(label) || label.amount !== undefined ? whole.currency : null),
    reason: reason === undefined ? null : maskCardNumbers(reason),
    effectiveOn: label.date ?? (isChargeback(label) ? label.at.slice(0, 10) : null),
    sourceId: maskCardNumbers(label.sourceId ?? ''),
    saidAt: new Date(label.at),
  };
};

/**
 * The evidence of an order's last label about its subjects, known since the label was. None of what
 * Verdict would have deleted by now.
 */
const evidenceOf = async (
  { tokeniser, settings, now }: Context<'tokeniser' | 'settings' | 'now'>,
  { received }: PastOrder,
  label: ImportedLabel,
): Promise<NewEvidence[]> => {
  const kind = evidenceKindOf[label.kind];
  const keptMs = settings.evidence.retentionDays * dayMs;
  if (kind === undefined || now.getTime() - label.saidAt.getTime() > keptMs) return [];
  const { labelId, transactionId, effectiveOn, saidAt, ...told } = label;
  const subjects = await subjectTokensOf(tokeniser, received.transaction);
  return subjects
    .filter(({ subject }) => !isWeak(subject))
    .map(({ subject, tokens }) => {
      const [keyId, token] = storageTokenOf(tokens, tokeniser.currentKeyId);
      return {
        ...{ evidenceId: randomUUID(), kind, source: 'label', reference: labelId },
        ...{ subject, keyId, token, recordedAt: saidAt },
        occurredAt: effectiveOn === null ? saidAt : new Date(`${effectiveOn}T00:00:00Z`),
        details: labelDetailsOf({ ...told, label_id: labelId, transaction_id: transactionId }),
      };
    });
};

/** Stores the labels of newly imported orders with their evidence. Returns how many labels. */
export const storeLabels = async (
  context: Context<'tokeniser' | 'settings' | 'actor' | 'now'>,
  orders: readonly PastOrder[],
): Promise<number> => {
  const labelled = orders.flatMap((order) =>
    order.labels.length === 0
      ? []
      : [{ order, labels: order.labels.map((label) => toLabel(label, order)) }],
  );
  if (labelled.length === 0) return 0;
  const evidence = await mapInTurns(labelled, ({ order, labels }) => {
    const last = labels.at(-1);
    return last === undefined ? [] : evidenceOf(context, order, last);
  });
  const all = labelled.flatMap(({ labels }) => labels);
  await lockLabels(context.db);
  await insertImportedLabels(context.db, all, context.actor.name);
  const found = evidence.flat();
  if (found.length > 0) await insertEvidence(context.db, found);
  return all.length;
};
