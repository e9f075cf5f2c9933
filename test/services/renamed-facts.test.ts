import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../db/migrate.js';
import type { Pool } from '../../db/pool.js';
import type { Evidence } from '../../domain/evidence.js';
import { scoreTransaction } from '../../domain/rules/score-transaction.js';
import { loadVersion, readVersion } from '../../services/rule-sets/versions.js';
import { readRuleText } from '../../services/rule-sets/read-text.js';
import { exampleSource } from '../domain/rules/example-source.js';
import { undoMigrations } from '../support/undo-migrations.js';
import { openDatabase } from './database.js';
import { goTo, now, shipped } from './rule-sets-fixture.js';

/** R49 as an earlier release shipped it, with the white space that CEL allows. */
const textOf = (fact: string): string => `rules:
  - id: R49
    name: Dispute known from elsewhere
    cases:
      - when: ${fact} >= 1
        points: 60
        reason: >-
          {evidence.${fact.split('.')[1]?.trim()}} chargebacks are known.
`;

const earlier = textOf('evidence . disputes180d');
const today = textOf('evidence . frauds180d');

const ruleSetOf = (text: string) => {
  const read = readRuleText(text);
  if ('problems' in read) throw new Error(read.problems[0]?.message);
  return read.ruleSet;
};

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;

/** Rows as the earlier release stored them, and then the migration that renamed the fact. */
beforeAll(async () => {
  database = await openDatabase();
  ({ pool } = database);
  await undoMigrations(pool, '0020');
  await pool.query(
    `insert into rule_set_versions (version, text, hash, note, author, created_at)
      values (1, $1, $2, '', 'ann', $3)`,
    [earlier, ruleSetOf(today).hash, now],
  );
  await pool.query(
    `insert into rule_set_publications (publication, version, note, author, published_at)
      values (1, 1, '', 'ann', $1)`,
    [now],
  );
  await pool.query(
    `insert into rule_set_drafts (draft_id, name, text, revision, base_version, state, editors,
        created_at, updated_at, base_text)
      select gen_random_uuid(), name, text, 4, 0, 'open', '{ann}', $3, $3, $1
      from (values ('asks it', $1), ('asks it not', $2)) as one(name, text)`,
    [earlier, 'rules: []', now],
  );
  await migrate(database.url);
});

afterAll(() => database?.close());

const evidence = (kind: Evidence['kind'], source: string): Evidence => ({
  ...exampleEvidence,
  ...{ kind, source },
});

const exampleEvidence: Evidence = {
  ...{ evidenceId: 'e1', kind: 'dispute', source: 'label', reference: 'x', subject: 'card' },
  occurredAtMs: exampleSource().receivedAtMs,
};

const pointsOf = async (found: Evidence): Promise<number | undefined> => {
  const ruleSet = await loadVersion(
    { db: pool },
    { version: 0, ruleSet: shipped.ruleSet },
    new Map(),
    1,
  );
  const { transaction, ...context } = exampleSource();
  return (
    ruleSet && scoreTransaction(ruleSet, transaction, { ...context, evidence: [found] }).totalScore
  );
};

describe('rules published before disputes were separated from fraud', () => {
  it('give no points for a dispute, and those that they gave for fraud', async () => {
    expect(await pointsOf(evidence('dispute', 'label'))).toBe(0);
    expect(await pointsOf(evidence('dispute', 'court'))).toBe(0);
    expect(await pointsOf(evidence('chargeback', 'bank'))).toBe(60);
  });

  it('have their current names, with their hash, and can be restored', async () => {
    const shown = await readVersion({ db: pool }, shipped, 1);
    expect(shown?.text).toBe(today);
    expect(ruleSetOf(today).hash).toBe(shown?.hash);
    expect(await goTo(pool, 0)).toMatchObject({ kind: 'published' });
    expect(await goTo(pool, 1)).toMatchObject({ kind: 'published' });
  });

  it('are other rules than those that ask for disputes by the same name today', () => {
    const asks = ruleSetOf(textOf('evidence . disputes180d'));
    expect(asks.hash).not.toBe(ruleSetOf(today).hash);
    expect(asks.factNames).toContain('evidence.disputes180d');
  });

  it('stay in open drafts what they were, and what was read before is not saved over it', async () => {
    const { rows } = await pool.query(
      'select name, text, base_text, revision from rule_set_drafts order by name',
    );
    expect(rows).toEqual([
      { name: 'asks it', text: today, base_text: today, revision: 5 },
      { name: 'asks it not', text: 'rules: []', base_text: today, revision: 4 },
    ]);
  });
});
