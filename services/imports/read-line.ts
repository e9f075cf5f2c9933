import type { ApiError } from '../../contracts/errors.js';
import type { Outcome, Verdict } from '../../contracts/hbc/decision.js';
import { parseTransactionInParts, type Transaction } from '../../contracts/hbc/transaction.js';
import {
  type KnownCard,
  parsePast,
  type Past,
  type PastLabel,
  pastNames,
} from '../../contracts/v1/imports.js';
import { standInNumber } from '../../domain/imports/known-card.js';
import { looksLikeCard } from '../../domain/lists/looks-like-card.js';
import type { Tokeniser } from '../context.js';
import { receiveInTurns, type ReceivedTransaction } from '../transactions/receive.js';
import { finishInTurns } from '../turns.js';

/** A past order, sanitised, with what became of it. */
export interface PastOrder {
  readonly received: ReceivedTransaction;
  readonly receivedAt: Date;
  readonly outcome: Outcome;
  /** How a review ended; null without one. */
  readonly verdict: { readonly outcome: Verdict; readonly at: Date } | null;
  readonly status: 'processed' | 'cancelled';
  /** Earliest first. */
  readonly labels: readonly PastLabel[];
}

export type ReadLine =
  | { readonly ok: true; readonly order: PastOrder }
  | { readonly ok: false; readonly faults: readonly ApiError[] };

type Raw = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A line holds its transaction as such, or has the fields of one itself. */
const partsOf = (line: Raw): { readonly order: unknown; readonly path: string } =>
  'transaction' in line
    ? { order: line['transaction'], path: '$.transaction' }
    : { order: line, path: '$' };

const fault = (error: ApiError['error'], message: string): ApiError => ({ error, message });

/** The order with what a past one may lack: the CVV, and the number of a card known otherwise. */
const completed = (order: unknown, card: KnownCard | undefined): unknown => {
  if (!isObject(order) || !isObject(order['creditCard'])) return order;
  const { creditCard } = order;
  const number = card === undefined ? {} : { cardNumber: standInNumber(card.first6, card.last4) };
  return {
    ...order,
    creditCard: { ...creditCard, authCode: creditCard['authCode'] ?? '', ...number },
  };
};

const hasNumber = (order: unknown): boolean =>
  isObject(order) &&
  isObject(order['creditCard']) &&
  (order['creditCard']['cardNumber'] ?? '') !== '';

/** Faults between the fields of a line that are valid by themselves. */
const crossFaults = (past: Past, order: unknown, path: string, now: Date): ApiError[] => {
  const { receivedAt, outcome, verdict, settled, labels = [], card } = past;
  const until = now.toISOString();
  const notAfter = 'must not lie in the future';
  const notBefore = 'must not lie before receivedAt';
  const moments = [
    ['$.receivedAt', receivedAt] as const,
    ...(verdict?.at === undefined ? [] : [['$.verdict.at', verdict.at] as const]),
    ...labels.map(({ at }, index) => [`$.labels[${index}].at`, at] as const),
  ];
  const day = receivedAt.slice(0, 10);
  const isOpen = outcome === 'review' && verdict === undefined && settled === undefined;
  return [
    ...moments.flatMap(([name, at]) => {
      if (at > until) return [fault('invalid_date', `${name} ${notAfter}`)];
      return at < receivedAt ? [fault('invalid_date', `${name} ${notBefore}`)] : [];
    }),
    ...labels.flatMap(({ date = day }, index) =>
      date < day ? [fault('invalid_date', `$.labels[${index}].date ${notBefore}`)] : [],
    ),
    ...(isOpen ? [fault('missing_field', '$.verdict or settled is required after a review')] : []),
    ...(card !== undefined && hasNumber(order)
      ? [fault('invalid_value', `${path}.creditCard.cardNumber must not be given beside card`)]
      : []),
    ...(card !== undefined && looksLikeCard(card.token)
      ? [fault('invalid_value', '$.card.token must not be a card number')]
      : []),
  ];
};

/**
 * The tokens of a card by the caller's own one. Their kind is no order's that came in by itself, so
 * they never equal the token of a number.
 */
const knownCardTokeniser = (tokeniser: Tokeniser, { token }: KnownCard): Tokeniser => ({
  ...tokeniser,
  cardTokens: () => ({
    tokens: tokeniser.subjectTokens('imported_card', token),
    tokenKeyId: tokeniser.currentKeyId,
    // No partner is ever asked about an imported order.
    ...{ sardineCardId: '', walletId: '' },
  }),
  contentHash: (keyId, canonical) => tokeniser.contentHash(keyId, `${canonical}\u0000${token}`),
});

const finalOf = ({ outcome, verdict, settled }: Past): PastOrder['status'] => {
  if (settled !== undefined) return settled === 'process' ? 'processed' : 'cancelled';
  return (verdict?.outcome ?? outcome) === 'reject' ? 'cancelled' : 'processed';
};

/** What was answered: as said, else as it follows from the rest; a past order was accepted. */
const outcomeOf = ({ outcome, verdict, settled }: Past): Outcome => {
  if (outcome !== undefined) return outcome;
  if (verdict !== undefined) return 'review';
  return settled === 'cancel' ? 'reject' : 'accept';
};

const toOrder = async (
  tokeniser: Tokeniser,
  transaction: Transaction,
  past: Past,
): Promise<PastOrder> => {
  const { receivedAt, verdict, card, labels = [] } = past;
  const own = card === undefined ? tokeniser : knownCardTokeniser(tokeniser, card);
  return {
    received: await receiveInTurns(own, transaction),
    receivedAt: new Date(receivedAt),
    outcome: outcomeOf(past),
    verdict:
      verdict === undefined
        ? null
        : { outcome: verdict.outcome, at: new Date(verdict.at ?? receivedAt) },
    status: finalOf(past),
    labels: labels.toSorted((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at))),
  };
};

const unknownNames = (line: Raw): ApiError[] => {
  const known = new Set(['transaction', ...pastNames]);
  return Object.keys(line).some((name) => !known.has(name))
    ? [fault('invalid_value', '$ has an unknown field beside transaction')]
    : [];
};

/**
 * Reads one line: parses and sanitises its transaction as a posted one, and checks what it says of
 * it; yields to other work where an order is large. Faults name the path, never the value.
 */
export const readLine = async (tokeniser: Tokeniser, line: Raw, now: Date): Promise<ReadLine> => {
  const { order, path } = partsOf(line);
  const past = parsePast(Object.fromEntries(pastNames.map((name) => [name, line[name]])));
  const card = past.ok ? past.value.card : undefined;
  const parsed = await finishInTurns(parseTransactionInParts(completed(order, card)));
  const faults = [
    ...(path === '$' ? [] : unknownNames(line)),
    ...(past.ok ? crossFaults(past.value, order, path, now) : past.faults),
    ...(parsed.ok ? [] : parsed.faults).map(({ error, message }) =>
      fault(error, path === '$' ? message : message.replace('$', path)),
    ),
  ];
  if (faults.length > 0 || !past.ok || !parsed.ok) return { ok: false, faults };
  return { ok: true, order: await toOrder(tokeniser, parsed.value, past.value) };
};
