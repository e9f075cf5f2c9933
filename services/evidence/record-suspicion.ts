import { randomUUID } from 'node:crypto';
import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import type { Settings } from '../../contracts/settings.js';
import type { AifiPushRow } from '../../db/aifi-pushes.js';
import { insertAudit } from '../../db/audit.js';
import {
  insertEvidence,
  listOpenCasesOfAccount,
  listOpenCasesOfDigits,
} from '../../db/evidence.js';
import type { Queryable } from '../../db/pool.js';
import type { JsonObject } from '../../domain/aifi/json.js';
import { isOwnPerson, type Suspects, suspectsOf } from '../../domain/aifi/suspects.js';
import type { EvidenceSubject } from '../../domain/evidence.js';
import type { Tokeniser } from '../ports.js';
import { tokenBytes } from './find.js';

export interface SuspicionDeps {
  readonly db: Queryable;
  readonly tokeniser: Pick<Tokeniser, 'subjectTokens' | 'currentKeyId'>;
  readonly settings: Pick<Settings, 'stores'>;
}

interface Suspected {
  readonly subject: EvidenceSubject;
  /** By key id, for every live key. */
  readonly tokens: Readonly<Record<string, Buffer>>;
  readonly openCases: () => Promise<string[]>;
}

/** Banners of the store; of all, where the store is not in our directory. */
const bannersOf = ({ stores }: SuspicionDeps['settings'], { storeNumber }: Suspects): Banner[] => {
  const known = stores.filter(({ number }) => number === storeNumber).map(({ banner }) => banner);
  return known.length === 0 ? [...banners] : [...new Set(known)];
};

const suspectedBy = (deps: SuspicionDeps, suspects: Suspects): Suspected[] => {
  const tokensOf = (kind: 'account' | 'card_digits', value: string): Suspected['tokens'] =>
    Object.fromEntries(
      Object.entries(deps.tokeniser.subjectTokens(kind, value)).map(([keyId, token]) => [
        keyId,
        Buffer.from(token, 'hex').subarray(0, tokenBytes),
      ]),
    );
  const { accountId, card } = suspects;
  const accounts = accountId === undefined ? [] : bannersOf(deps.settings, suspects);
  const all: Suspected[] = accounts.map((banner) => {
    const tokens = tokensOf('account', `${banner}\u0000${accountId}`);
    const openCases = () => listOpenCasesOfAccount(deps.db, Object.values(tokens));
    return { subject: 'account', tokens, openCases };
  });
  if (card === undefined) return all;
  const tokens = tokensOf('card_digits', `${card.bin6}:${card.last4}`);
  const openCases = () => listOpenCasesOfDigits(deps.db, card);
  return [...all, { subject: 'card_digits', tokens, openCases }];
};

interface PushToRecord {
  readonly row: AifiPushRow;
  readonly push: JsonObject;
  readonly now: Date;
}

const recordOne = async (
  { db, tokeniser }: SuspicionDeps,
  { subject, tokens }: Suspected,
  { row, now }: PushToRecord,
  details: Readonly<Record<string, unknown>>,
): Promise<boolean> => {
  const keyId = tokeniser.currentKeyId;
  const token = tokens[keyId];
  if (token === undefined) throw new Error('the current key is not there');
  return insertEvidence(db, {
    evidenceId: randomUUID(),
    ...{ kind: 'aifi_suspicion', source: 'aifi', reference: row.push_id },
    ...{ subject, keyId, token, details },
    occurredAt: row.occurred_at,
    recordedAt: now,
  });
};

/**
 * Writes down what a push says of an account and of a card's digits, and notes it on the timeline
 * of each open case of these; gives how much of it is new. What our own people did is told of
 * nobody. The same push again adds nothing. Throws `TemporarilyUnavailable`.
 */
export const recordSuspicion = async (deps: SuspicionDeps, told: PushToRecord): Promise<number> => {
  const suspects = suspectsOf(told.push);
  if (isOwnPerson(suspects)) return 0;
  const { row, now } = told;
  const { storeNumber } = suspects;
  const details = { sessionId: row.session_id, flags: row.flags, storeNumber: storeNumber ?? null };
  const cases = new Map<string, EvidenceSubject[]>();
  let added = 0;
  for (const suspected of suspectedBy(deps, suspects)) {
    if (!(await recordOne(deps, suspected, told, details))) continue;
    added += 1;
    for (const id of await suspected.openCases()) {
      cases.set(id, [...(cases.get(id) ?? []), suspected.subject]);
    }
  }
  for (const [transactionId, subjects] of cases) {
    await insertAudit(deps.db, {
      ...{ actor: 'system', action: 'evidence.recorded', object: transactionId, at: now },
      details: {
        ...{ kind: 'aifi_suspicion', source: 'aifi', reference: row.push_id, subjects },
        occurredAt: row.occurred_at.toISOString(),
      },
    });
  }
  return added;
};
