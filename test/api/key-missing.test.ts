import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { openDatabase } from '../services/database.js';
import { type Child, startChild } from '../support/child.js';
import { freePort } from '../support/ports.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { parsedExample } from '../support/transactions.js';

const newKey = (id: string) => ({ id, bytes: randomBytes(32) });
const [older, newer, cards] = [newKey('2025-a'), newKey('2026-b'), newKey('cards-1')];
const written = ({ id, bytes }: typeof older) => `${id}:${bytes.toString('base64')}`;

let database: Awaited<ReturnType<typeof openDatabase>>;
let folder: TempDir;
let transactionId: string;

beforeAll(async () => {
  folder = makeTempDir();
  writeFileSync(join(folder.path, 'keys.json'), JSON.stringify({ oms: 'key-of-oms' }));
  database = await openDatabase();
  const tokeniser = createTokeniser(new Keyring([cards]), randomBytes(32));
  const received = receiveTransaction(tokeniser, parsedExample({ orderId: randomUUID() }));
  const vault = createVault(new Keyring([older]));
  await openTransaction({ db: database.pool, vault }, received);
  transactionId = received.transactionId;
});

afterAll(async () => {
  await database?.close();
  folder?.remove();
});

/** A process that has lost the key of the stored order. */
const start = async (file: string, env: Record<string, string> = {}) => {
  const port = await freePort();
  const child = startChild(file, {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_TASK_QUEUE: `key-missing-${port}`,
    PORT: String(port),
    METRICS_PORT: String(port),
    VAR_DIR: folder.path,
    OMS_URL: 'http://127.0.0.1:1',
    OMS_TOKEN: 'token',
    PAYLOAD_KEYS: written(newer),
    CARD_TOKEN_KEYS: written(cards),
    ...env,
  });
  return { child, url: `http://127.0.0.1:${port}` };
};

const refusal =
  'PAYLOAD_KEYS: the key 2025-a is missing and still needed: orders without a decision (1), ' +
  'stored orders in all (1). Put it back, or set ALLOW_MISSING_KEYS=2025-a to go on';

const expectRefused = async (child: Child): Promise<void> => {
  await child.ended;
  expect(child.process.exitCode).toBe(1);
  expect(child.lines.map((line) => line.trim())).toContain(refusal);
  expect(child.lines.join('\n')).not.toMatch(/"listening"|"polling"|\bat .*\.ts/);
};

describe('a key that a stored order still needs is not there', () => {
  it.each(['api/main.ts', 'worker/main.ts'])('%s refuses to start, and says why', async (file) => {
    await expectRefused((await start(file)).child);
  });

  it('an API started anyway raises the alarm, and reports the missing key of the order', async () => {
    const { child, url } = await start('api/main.ts', { ALLOW_MISSING_KEYS: '2025-a' });
    try {
      await child.printed('"listening"');
      const headers = { authorization: 'Bearer key-of-oms' };
      const answer = await fetch(`${url}/transaction/${transactionId}`, { headers });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('60');
      expect(await answer.json()).toEqual([
        { error: 'key_missing', message: 'a key of what is stored is missing here' },
      ]);
      const alarms = child.lines.filter((line) => line.includes('"alarm":"key_missing"'));
      expect(alarms).toHaveLength(2);
      expect(child.lines.join('\n')).not.toContain('unforeseen');
    } finally {
      await child.end();
    }
  });
});
