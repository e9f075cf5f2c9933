import type { EvidenceSubject } from '../../domain/evidence.js';
import { subjectsOf } from '../../domain/subjects.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Tokeniser } from '../context.js';
import { mapInTurns } from '../turns.js';

/** The same length as in the orders' history. */
const tokenBytes = 16;

/** One value of an order that evidence may be about. */
export interface SubjectTokens {
  readonly subject: EvidenceSubject;
  /** As the evidence table holds it, by key id. */
  readonly tokens: Readonly<Record<string, Buffer>>;
  /** What it may stand under since earlier versions of the normaliser; nothing is written so. */
  readonly earlier?: readonly SubjectTokens['tokens'][];
}

const bytesOf = (tokens: Readonly<Record<string, string>>): SubjectTokens['tokens'] =>
  Object.fromEntries(
    Object.entries(tokens).map(([keyId, token]) => [
      keyId,
      Buffer.from(token, 'hex').subarray(0, tokenBytes),
    ]),
  );

/** An account, a card's digits or a store under every live key. */
export const tokensOfValue = (
  tokeniser: Pick<Tokeniser, 'subjectTokens'>,
  subject: 'account' | 'card_digits' | 'store',
  value: string,
): SubjectTokens => ({ subject, tokens: bytesOf(tokeniser.subjectTokens(subject, value)) });

const asEvidenceSubject = {
  email: 'email',
  account: 'account',
  device: 'device',
  address: 'address',
  // Households, offices and banks are shared by strangers: nothing is told of them.
  ip: undefined,
  bin: undefined,
} as const;

/**
 * Everything of an order that evidence may be about, under every live key; the card under those
 * that were live when the order was received. An order may go to five hundred addresses, so others
 * have their turn in between.
 */
export const subjectTokensOf = async (
  tokeniser: Pick<Tokeniser, 'subjectTokens'>,
  transaction: SanitisedTransaction,
): Promise<SubjectTokens[]> => {
  const { card, banner, storeNumber } = transaction;
  const others = await mapInTurns(
    subjectsOf(transaction),
    ({ kind, value, earlier }): SubjectTokens[] => {
      const subject = asEvidenceSubject[kind];
      if (subject === undefined) return [];
      const of = (one: string) => bytesOf(tokeniser.subjectTokens(kind, one));
      return [{ subject, tokens: of(value), earlier: earlier.map(of) }];
    },
  );
  return [
    { subject: 'card', tokens: bytesOf(card.tokens) },
    tokensOfValue(tokeniser, 'card_digits', `${card.bin6}:${card.last4}`),
    tokensOfValue(tokeniser, 'store', `${banner}\u0000${storeNumber}`),
    ...others.flat(),
  ];
};

/** Every token that a subject may be stored under. */
export const allTokensOf = ({ tokens, earlier = [] }: SubjectTokens): Buffer[] =>
  [tokens, ...earlier].flatMap((some) => Object.values(some));

/** A subject as the evidence table holds it, under one of the keys that are live. */
export interface EvidenceToken {
  readonly subject: EvidenceSubject;
  readonly keyId: string;
  readonly token: Buffer;
}

/**
 * Everything of an order that evidence may be about, under every live key and as earlier versions
 * of the normaliser spelt it: what is read is looked for under all of them.
 */
export const evidenceSubjectsOf = async (
  tokeniser: Pick<Tokeniser, 'subjectTokens'>,
  transaction: SanitisedTransaction,
): Promise<EvidenceToken[]> =>
  (await subjectTokensOf(tokeniser, transaction)).flatMap(({ subject, tokens, earlier = [] }) =>
    [tokens, ...earlier].flatMap((some) =>
      Object.entries(some).map(([keyId, token]) => ({ subject, keyId, token })),
    ),
  );
