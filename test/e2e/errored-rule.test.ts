import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decided, giveVerdict, reaches } from '../support/flows.js';
import { writeMmdb } from '../support/mmdb.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { makeTempDir } from '../support/temp-dir.js';

let stack: Stack;
const folder = makeTempDir();

/** A table whose tree is whole and whose one row, of 203.0.113.0/24, cannot be read. */
const damagedTable = (): Buffer => {
  const bytes = writeMmdb([['203.0.113.0/24', { country: { iso_code: 'US' } }]]);
  const row = bytes.indexOf('country') - 2;
  // A pointer to far behind the end of the file.
  bytes.set([0x3f, 0xff, 0xff], row);
  return bytes;
};

beforeAll(async () => {
  const file = join(folder.path, 'damaged.mmdb');
  writeFileSync(file, damagedTable());
  stack = await startStack({ IP_COUNTRY_MMDB: file });
});

afterAll(async () => {
  await stack?.stop();
  folder.remove();
});

it('an order with a rule that errs is reviewed although every vote accepts, and says which rule', async () => {
  const well = await decided(stack, order({ ipAddress: '198.51.100.7' }));
  expect(well.recommendationCode).toBe('accept');
  const body = order({ ipAddress: '203.0.113.9' });
  const { recommendationCode, remarks, transactionId } = await decided(stack, body);
  expect([recommendationCode, remarks]).toEqual(['review', expect.stringContaining('R39')]);
  const { rows } = await stack.db.query<{ errored: readonly { id: string }[]; votes: object[] }>(
    'select errored_rules as errored, votes from decisions where transaction_id = $1',
    [transactionId],
  );
  expect(rows[0]?.errored.map(({ id }) => id)).toContain('R39');
  expect(rows[0]?.votes).toMatchObject([
    { source: 'local', outcome: 'review' },
    { source: 'sardine', outcome: 'accept' },
    { source: 'yleo', outcome: 'accept' },
  ]);
  await stack.expectPrinted('"alarm":"rule_errored"');
  expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
  await reaches(stack, body, 'processed');
});
