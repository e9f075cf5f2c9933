import { createHash } from 'node:crypto';
import { isUuid, uuidOfHash } from '../../contracts/uuid.js';
import { insertAifiPush } from '../../db/aifi-pushes.js';
import type { Queryable } from '../../db/pool.js';
import { isObject, type Json, type JsonObject } from '../../domain/aifi/json.js';
import { type ReadPush, readPush } from '../../domain/aifi/read-push.js';
import { tidyPushInParts } from '../../domain/aifi/tidy.js';
import type { Tokeniser, Vault } from '../ports.js';
import { finishInTurns } from '../turns.js';

type Hashes = Pick<Tokeniser, 'contentHash' | 'currentKeyId'>;

const keyedHash = (tokeniser: Hashes, text: string): Buffer => {
  const hash = tokeniser.contentHash(tokeniser.currentKeyId, `aifi\u0000${text}`);
  if (hash === undefined) throw new Error('the current key is not there');
  return hash;
};

/**
 * What makes two pushes the same: session and time of origin; without one of them everything but
 * the time of issue, which differs in a retry. A session id that is no UUID may be anything, so
 * the hash is keyed then.
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

export interface KeptPush {
  readonly pushId: string;
  /** False when the same push had been kept before. */
  readonly isNew: boolean;
}

/**
 * Keeps a push of AiFi with one statement, so that it is durable when this resolves; what it means
 * is read later. Undefined for what is no JSON object. Throws `TemporarilyUnavailable`.
 */
export const keepPush = async (
  deps: { readonly pool: Queryable; readonly vault: Vault; readonly tokeniser: Hashes },
  raw: unknown,
  now: Date,
): Promise<KeptPush | undefined> => {
  const { push, flags } = await finishInTurns(tidyPushInParts(raw as Json));
  if (!isObject(push)) return undefined;
  const read = readPush(push, now.getTime());
  const pushKey = pushKeyOf(deps.tokeniser, push, read);
  const pushId = uuidOfHash(pushKey.toString('hex'));
  const { sessionId } = read;
  const isNew = await insertAifiPush(deps.pool, {
    pushId,
    pushKey,
    sessionId: sessionId !== undefined && isUuid(sessionId) ? sessionId : null,
    occurredAt: new Date(read.occurredAtMs),
    receivedAt: now,
    body: deps.vault.seal(JSON.stringify(push), `aifi:${pushId}`),
    flags: [...flags, ...read.flags],
  });
  return { pushId, isNew };
};
