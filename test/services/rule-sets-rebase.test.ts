import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DraftRebase } from '../../contracts/v1/rule-set-changes.js';
import { diffDraft } from '../../services/rule-sets/diff.js';
import { findTextInForce } from '../../services/rule-sets/in-force.js';
import { readDraft } from '../../services/rule-sets/drafts.js';
import { rebaseDraft } from '../../services/rule-sets/rebase.js';
import { guard } from '../support/guard.js';
import { openDatabase } from './database.js';
import {
  ann,
  bob,
  draftOf,
  forgetRuleSets,
  freeze,
  goTo,
  now,
  publish,
  publishText,
  shipped,
} from './rule-sets-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

const pool = () => database.pool;

beforeAll(async () => {
  database = await openDatabase();
});

beforeEach(() => forgetRuleSets(pool()));

afterAll(() => database?.close());

const rule = (id: string, points: number) =>
  `  - id: ${id}\n    name: ${id}\n    cases:\n      # why ${id}\n` +
  `      - when: tx.orderTotal > 100\n        points: ${points}\n        reason: Large.\n`;

const rules = (all: Readonly<Record<string, number>>, more = '') =>
  `rules:\n${Object.entries(all)
    .map(([id, points]) => rule(id, points))
    .join('')}${more}`;

const base = { R1: 1, R2: 2, R3: 3, R4: 4, R5: 5, R6: 6, R7: 7, R8: 8, R9: 9, R10: 10, R11: 11 };

const rebase = (draftId: string, given: unknown = {}, actor = ann) =>
  rebaseDraft(
    { db: pool(), shipped, guard, actor, now },
    {
      draftId,
      rebase: DraftRebase.parse(given),
    },
  );

const tablesOf = async () => {
  const all = ['rule_set_drafts', 'rule_set_versions', 'rule_set_publications', 'audit'];
  return Promise.all(
    all.map(async (table) => (await pool().query(`select * from ${table} order by 1`)).rows),
  );
};

describe('a draft whose base is no longer in force', () => {
  it('is neither published nor tried, and neither is the version that it became', async () => {
    await publishText(pool(), rules(base));
    const first = await draftOf(pool(), rules({ ...base, A1: 1 }));
    const tried = await draftOf(pool(), rules({ ...base, B1: 1 }), bob);
    const frozen = await freeze(pool(), tried.draftId, bob);
    const second = await draftOf(pool(), rules({ ...base, B1: 1 }), bob);
    await publish(pool(), first.draftId);
    const before = await tablesOf();
    expect(await publish(pool(), second.draftId)).toEqual({ kind: 'stale_base' });
    for (const expectedVersion of [1, 2, 3]) {
      const stale = await publish(pool(), second.draftId, { expectedVersion });
      expect(stale).toEqual({ kind: 'stale_base' });
    }
    expect(await freeze(pool(), second.draftId)).toEqual({ kind: 'stale_base' });
    expect('version' in frozen && (await goTo(pool(), frozen.version))).toEqual({
      kind: 'stale_base',
    });
    expect(await tablesOf()).toEqual(before);
  });

  it('lists in its diff what it would remove from the rules in force', async () => {
    await publishText(pool(), rules(base));
    const { draftId } = await draftOf(pool(), rules({ ...base, B1: 1 }), bob);
    await publishText(pool(), rules({ ...base, A1: 1 }));
    const diffed = await diffDraft({ db: pool(), shipped, guard }, draftId, undefined);
    expect(diffed).toMatchObject({
      kind: 'compared',
      diff: {
        from: 1,
        changes: [{ rule: 'B1', kind: 'added' }],
        inForce: {
          version: 2,
          changes: [
            { rule: 'B1', kind: 'added' },
            { rule: 'A1', kind: 'removed' },
          ],
        },
      },
    });
  });

  it("rebased keeps both sides' changes, with its comments, and may be published", async () => {
    await publishText(pool(), rules(base, 'bands: { reviewFrom: 1, rejectFrom: 90 }\n'));
    const { R2: _gone, ...without } = base;
    const own = `# of bob\n${rules(
      { ...without, R3: 33, B1: 1 },
      'bands: { reviewFrom: 1, rejectFrom: 90 }\n',
    )}`;
    const { draftId } = await draftOf(pool(), own, bob);
    const { R7: _too, ...others } = base;
    await publishText(
      pool(),
      rules(
        { A1: 1, ...others, R4: 44 },
        'bands: { reviewFrom: 5, rejectFrom: 90 }\n' +
          'banners: { bay: { rules: { R1: { enabled: false } } } }\n',
      ),
    );
    const rebased = await rebase(draftId, { revision: 1 }, bob);
    expect(rebased).toMatchObject({
      kind: 'rebased',
      draft: { baseVersion: 2, revision: 2, problems: [], editors: [bob.name] },
    });
    const text = 'draft' in rebased ? rebased.draft.text : '';
    expect(text).toContain('# of bob');
    expect(text).toContain('# why R1');
    const diffed = await diffDraft({ db: pool(), shipped, guard }, draftId, undefined);
    const changes = diffed.kind === 'compared' ? diffed.diff.changes : [];
    expect(changes.map(({ rule: id, kind }) => [id, kind])).toEqual([
      ['R3', 'changed'],
      ['B1', 'added'],
      ['R2', 'removed'],
    ]);
    expect(await publish(pool(), draftId)).toMatchObject({ kind: 'published' });
    expect((await findTextInForce({ db: pool() }, shipped)).text).toContain('A1');
    expect(await rebase(draftId)).toEqual({ kind: 'closed' });
  });

  it('names every conflict and changes nothing, until somebody chooses a side', async () => {
    await publishText(pool(), rules({ ...base, constructor: 1 }));
    const mine = { ...base, R1: 10, R2: 22, constructor: 2 };
    const { draftId } = await draftOf(pool(), rules(mine), bob);
    const { R2: _gone, ...others } = base;
    await publishText(pool(), rules({ ...others, R1: 11, constructor: 3 }));
    const before = await tablesOf();
    const names = ['R1', 'constructor', 'R2'];
    expect(await rebase(draftId)).toEqual({ kind: 'conflicts', names });
    expect(await rebase(draftId, { choices: { R1: 'draft' } })).toEqual({
      kind: 'conflicts',
      names: names.slice(1),
    });
    expect(await tablesOf()).toEqual(before);
    const choices = { R1: 'draft', R2: 'draft', constructor: 'in_force' };
    expect(await rebase(draftId, { choices })).toMatchObject({ kind: 'rebased' });
    const read = await readDraft({ db: pool(), guard }, draftId);
    expect(read?.text).toContain(rule('R2', 22));
    expect(read?.text).toContain('points: 3\n');
  });
});
