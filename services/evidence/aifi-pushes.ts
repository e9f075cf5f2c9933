import { createHash } from 'node:crypto';
import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import type { Settings } from '../../contracts/settings.js';
import { isUuid, uuidOfHash } from '../../contracts/uuid.js';
import {
  type AifiPushRow,
  findAifiPushBody,
  insertAifiPush,
  listUndrainedAifiPushes,
  setAifiPushesDrained,
} from '../../db/aifi-pushes.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { isObject, type Json, type JsonObject } from '../../domain/aifi/json.js';
import { readPush, type ReadPush } from '../../domain/aifi/read-push.js';
import { isOwnPerson, type Suspects, suspectsOf } from '../../domain/aifi/suspects.js';
import { tidyPushInParts } from '../../domain/aifi/tidy.js';
import type { Context, Tokeniser, Vault } from '../context.js';
import { workOnDue } from '../due-work.js';
import { finishInTurns } from '../turns.js';
import { recordEvidence, type SubjectEvidence } from './record.js';
import { tokensOfValue } from './subjects.js';

type Hashes = Pick<Tokeniser, 'contentHash' | 'currentKeyId'>;

const keyedHash = (tokeniser: Hashes, text: string): Buffer => {
  const hash = tokeniser.contentHash(tokeniser.currentKeyId, `aifi\u0000${text}`);
  if (hash === undefined) throw new Error('the current key is not there');
  return hash;
};

/**
 * The key that identifies a push: session and time of origin. Without either, everything but the
 * time of issue, which differs in a retry. A session id that is not a UUID may be personal, so the
 * key is then a keyed hash.
 */
const pushKeyOf = (tokeniser: Hashes, push: JsonObject, read: ReadPush): Buffer => {
  const { sessionId, originMs } = read;
  if (sessionId === undefined || originMs === undefined) {
    const { timeOfIssue: _timeOfIssue, ...content } = push;
    return keyedHash(tokeniser, JSON.stringify(content));
  }
  const text = `${sessionId}\u0000${originMs}`;
  if (!isUuid(sessionId)) return keyedHash(tokeniser, text);
  return createHash('sha256').update(text).digest();
};

interface KeptPush {
  readonly pushId: string;
  /** False when the same push was stored before. */
  readonly isNew: boolean;
}

/**
 * Stores a push of AiFi with one statement, so that it is durable when this resolves; a worker
 * interprets it later. Undefined when it is not a JSON object.
 */
export const keepPush = async (
  context: Context<'vault' | 'tokeniser' | 'now'>,
  raw: unknown,
): Promise<KeptPush | undefined> => {
  const { now } = context;
  const { push, flags } = await finishInTurns(tidyPushInParts(raw as Json));
  if (!isObject(push)) return undefined;
  const read = readPush(push, now.getTime());
  const pushKey = pushKeyOf(context.tokeniser, push, read);
  const pushId = uuidOfHash(pushKey.toString('hex'));
  const { sessionId } = read;
  const isNew = await insertAifiPush(context.db, {
    pushId,
    pushKey,
    sessionId: sessionId !== undefined && isUuid(sessionId) ? sessionId : null,
    occurredAt: new Date(read.occurredAtMs),
    receivedAt: now,
    body: context.vault.seal(JSON.stringify(push), `aifi:${pushId}`),
    flags: [...flags, ...read.flags],
  });
  return { pushId, isNew };
};

/** The banners of the store; all banners when the store directory does not list it. */
const bannersOf = ({ stores }: Settings, { storeNumber }: Suspects): Banner[] => {
  const known = stores.filter(({ number }) => number === storeNumber).map(({ banner }) => banner);
  return known.length === 0 ? [...banners] : [...new Set(known)];
};

const suspectedBy = (
  { tokeniser, settings }: Context<'tokeniser' | 'settings'>,
  suspects: Suspects,
): Omit<SubjectEvidence, 'content'>[] => {
  const { accountId, card, storeNumber } = suspects;
  const all = bannersOf(settings, suspects).flatMap((banner) => {
    const of = (subject: 'account' | 'store', value: string | number | undefined) =>
      value === undefined ? [] : [tokensOfValue(tokeniser, subject, `${banner}\u0000${value}`)];
    return [...of('account', accountId), ...of('store', storeNumber)];
  });
  if (card === undefined) return all;
  const { bin6, last4 } = card;
  const digits = tokensOfValue(tokeniser, 'card_digits', `${bin6}:${last4}`);
  return [...all, { ...digits, digits: { bin6, last4 } }];
};

/**
 * Records a push as evidence about an account, a card's digits and a store, and notes it on the
 * timeline of each open case of the first two. Returns how many records are new. Suspicions against
 * the retailer's own staff are not recorded. A repeat adds nothing.
 */
const recordSuspicion = async (
  context: Context<'tokeniser' | 'settings' | 'now'>,
  { row, push }: { readonly row: AifiPushRow; readonly push: JsonObject },
): Promise<number> => {
  const suspects = suspectsOf(push);
  if (isOwnPerson(suspects)) return 0;
  const { storeNumber = null } = suspects;
  const content = {
    kind: 'aifi_suspicion' as const,
    source: 'aifi' as const,
    reference: row.push_id,
    occurredAt: row.occurred_at,
    details: { sessionId: row.session_id, flags: row.flags, storeNumber },
  };
  const all = suspectedBy(context, suspects).map((one) => ({ ...one, content }));
  return recordEvidence(context, all);
};

const openPush = (vault: Vault, pushId: string, body: Buffer): JsonObject | undefined => {
  try {
    const push = JSON.parse(vault.open(body, `aifi:${pushId}`)) as Json;
    return isObject(push) ? push : undefined;
  } catch {
    return undefined;
  }
};

export interface DrainedBatch {
  /** Drained pushes. */
  readonly drained: number;
  /** New evidence. */
  readonly evidence: number;
  /** Pushes that could not be decrypted; retried in an hour. */
  readonly unreadable: number;
  readonly hasMore: boolean;
}

/**
 * Turns waiting pushes into evidence, the longest-waiting first, at most `limit`, in one database
 * transaction, so that a crash changes nothing.
 */
export const drainPushes = async (
  context: Context<'vault' | 'tokeniser' | 'settings' | 'now', Pool>,
  { limit }: { readonly limit: number },
): Promise<DrainedBatch> =>
  inTransaction(context.db, async (db) => {
    const { now } = context;
    const due = { consumer: 'aifi', limit } as const;
    const { result, unreadable, hasMore } = await workOnDue({ db, now }, due, async (rows) => {
      const pushes = await listUndrainedAifiPushes(
        db,
        rows.map(({ key }) => key),
      );
      const drained: string[] = [];
      const unread: string[] = [];
      let evidence = 0;
      for (const row of pushes) {
        const body = await findAifiPushBody(db, row.push_id);
        const push = openPush(context.vault, row.push_id, body);
        if (push === undefined) unread.push(row.push_id);
        else {
          evidence += await recordSuspicion({ ...context, db }, { row, push });
          drained.push(row.push_id);
        }
      }
      await setAifiPushesDrained(db, drained, now);
      // A push that was deleted for its age has no row, and is done as well.
      return { unreadable: unread, result: { drained: drained.length, evidence } };
    });
    return { ...(result ?? { drained: 0, evidence: 0 }), unreadable, hasMore };
  });
