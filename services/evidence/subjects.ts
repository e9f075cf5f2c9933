import type { CaseEvidence } from '../../contracts/v1/cases.js';
import { type EvidenceRow, listEvidenceOf } from '../../db/evidence.js';
import { type Evidence, type EvidenceSubject, isWeak } from '../../domain/evidence.js';
import { subjectsOf } from '../../domain/subjects.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context, Tokeniser } from '../context.js';
import { mapInTurns } from '../turns.js';

/** The same length as in the orders' history. */
const tokenBytes = 16;

/** One value of an order that evidence may concern. */
export interface SubjectTokens {
  readonly subject: EvidenceSubject;
  /** The tokens of the evidence table, by key id. */
  readonly tokens: Readonly<Record<string, Buffer>>;
  /** Tokens by earlier versions of the normaliser; only for reads. */
  readonly earlier?: readonly SubjectTokens['tokens'][];
}

const bytesOf = (tokens: Readonly<Record<string, string>>): SubjectTokens['tokens'] =>
  Object.fromEntries(
    Object.entries(tokens).map(([keyId, token]) => [
      keyId,
      Buffer.from(token, 'hex').subarray(0, tokenBytes),
    ]),
  );

/** Tokens of an account, a card's digits or a store under every live key. */
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
  // Unrelated shoppers share households, offices and banks: no evidence about them.
  ip: undefined,
  bin: undefined,
} as const;

/**
 * Tokens of every value of an order that evidence may concern, under every live key; those of the
 * card under the keys that were live when the order was received. Runs in turns, as an order may
 * have five hundred addresses.
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

/** Every token under which a subject may be stored. */
export const allTokensOf = ({ tokens, earlier = [] }: SubjectTokens): Buffer[] =>
  [tokens, ...earlier].flatMap((some) => Object.values(some));

/** A subject's token in the evidence table under one live key. */
export interface EvidenceToken {
  readonly subject: EvidenceSubject;
  readonly keyId: string;
  readonly token: Buffer;
}

/**
 * As `subjectTokensOf`, flat and with the tokens of earlier normalisers: a read searches all of
 * them.
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

/** What identifies one piece of evidence, wherever it is shown or scored. */
const identityOf = (row: EvidenceRow) => ({
  evidenceId: row.evidence_id,
  kind: row.kind,
  source: row.source,
  reference: row.reference,
  subject: row.subject_kind,
});

/**
 * The present evidence about an order's subjects, also from after its decision; latest first.
 * Leaves out evidence from the order's own label.
 */
export const showEvidence = async (
  context: Context<'tokeniser'>,
  transactionId: string,
  transaction: SanitisedTransaction,
): Promise<CaseEvidence[]> => {
  const subjects = await evidenceSubjectsOf(context.tokeniser, transaction);
  const rows = await listEvidenceOf(context.db, transactionId, subjects);
  return rows.map((row) => ({
    ...identityOf(row),
    weak: isWeak(row.subject_kind),
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    details: row.details,
  }));
};

/** Evidence as rules read it. */
export const toEvidence = (row: EvidenceRow): Evidence => ({
  ...identityOf(row),
  occurredAtMs: row.occurred_at.getTime(),
});
