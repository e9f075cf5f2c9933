import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listAudit } from '../../db/audit.js';
import { lockRuleSets } from '../../db/rule-sets.js';
import {
  changeDraft,
  createDraft,
  discardDraft,
  listDrafts,
  readDraft,
} from '../../services/rule-sets/drafts.js';
import { checkRuleText } from '../../services/rule-sets/check.js';
import { diffDraft, diffVersion } from '../../services/rule-sets/diff.js';
import { listPublications, listVersions, readVersion } from '../../services/rule-sets/versions.js';
import { readInForce } from '../../services/rule-sets/in-force.js';
import { openDatabase, untilLocked } from './database.js';
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
  textOf,
} from './rule-sets-fixture.js';
import { guard } from '../support/guard.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

const pool = () => database.pool;

beforeAll(async () => {
  database = await openDatabase();
});

beforeEach(() => forgetRuleSets(pool()));

afterAll(() => database?.close());

const change = (draftId: string, revision: number, text: string, actor = ann) =>
  changeDraft({ db: pool(), guard, actor, now }, { draftId, change: { text, revision } });

const auditOf = async (object: string) =>
  (await listAudit(pool(), object)).map(({ actor, action, details }) => [actor, action, details]);

const inForce = () => readInForce({ db: pool() }, shipped);

describe('a draft', () => {
  it('begins with the text in force and names its version', async () => {
    expect(await draftOf(pool())).toMatchObject({
      text: shipped.text,
      baseVersion: 0,
      revision: 1,
      state: 'open',
      editors: ['analyst:ann'],
      problems: [],
    });
    await publishText(pool(), textOf(30));
    expect(await draftOf(pool())).toMatchObject({ text: textOf(30), baseVersion: 1 });
  });

  it('is stored with its problems, and returns them each time', async () => {
    const { draftId, problems } = await draftOf(pool(), 'rules: 5\n');
    expect(problems).toEqual([expect.objectContaining({ line: 1, column: 8 })]);
    expect(await readDraft({ db: pool(), guard }, draftId)).toMatchObject({
      text: 'rules: 5\n',
      problems,
    });
    const mended = await change(draftId, 1, textOf(5));
    expect(mended).toMatchObject({ kind: 'changed', draft: { revision: 2, problems: [] } });
  });

  it('keeps all its editors, the latest last, and each change in the audit', async () => {
    const { draftId } = await draftOf(pool(), textOf(1));
    await change(draftId, 1, textOf(2), bob);
    await change(draftId, 2, textOf(3), ann);
    const repeated = await change(draftId, 3, textOf(3), bob);
    expect(repeated).toMatchObject({ draft: { revision: 3, editors: [bob.name, ann.name] } });
    expect(await auditOf(`rule-set-draft:${draftId}`)).toEqual([
      [ann.name, 'rule_set.draft_created', { name: 'a try', baseVersion: 0 }],
      [bob.name, 'rule_set.draft_changed', { name: 'a try', revision: 2 }],
      [ann.name, 'rule_set.draft_changed', { name: 'a try', revision: 3 }],
    ]);
  });

  it('is not overwritten by somebody who has not read its latest text', async () => {
    const { draftId } = await draftOf(pool(), textOf(1));
    const all = await Promise.all(
      [2, 3, 4, 5, 6].map((points) => change(draftId, 1, textOf(points))),
    );
    expect(all.map(({ kind }) => kind).toSorted()).toEqual([
      'changed',
      ...Array.from({ length: 4 }, () => 'revision_conflict'),
    ]);
  });

  it('that is discarded or published is kept and changed no more', async () => {
    const [gone, done] = [await draftOf(pool(), textOf(1)), await draftOf(pool(), textOf(2))];
    const discard = () => discardDraft({ db: pool(), actor: bob, now }, gone.draftId);
    expect(await discard()).toMatchObject({ kind: 'discarded' });
    expect(await discard()).toMatchObject({ kind: 'discarded' });
    expect((await auditOf(`rule-set-draft:${gone.draftId}`)).slice(1)).toEqual([
      [bob.name, 'rule_set.draft_discarded', { name: 'a try' }],
    ]);
    expect(await publish(pool(), done.draftId)).toMatchObject({ kind: 'published' });
    expect(await discardDraft({ db: pool(), actor: ann, now }, done.draftId)).toEqual({
      kind: 'published',
    });
    for (const { draftId } of [gone, done]) {
      expect(await change(draftId, 1, textOf(9))).toEqual({ kind: 'closed' });
      expect(await publish(pool(), draftId)).toEqual({ kind: 'closed' });
      expect(await freeze(pool(), draftId)).toEqual({ kind: 'draft', frozen: 'closed' });
    }
    expect(await listDrafts({ db: pool() }, 'open')).toEqual([]);
    expect(await listDrafts({ db: pool() }, 'discarded')).toMatchObject([
      { draftId: gone.draftId },
    ]);
  });

  it('with a card number in its text is not stored at all', async () => {
    const text = textOf(1, '# seen with 4111 1111 1111 1111\n');
    const created = await createDraft(
      { db: pool(), shipped, guard, actor: ann, now },
      { name: 'x', text },
    );
    expect(created).toMatchObject({ kind: 'unkeepable', problems: [{ line: 8, column: 1 }] });
    const { draftId } = await draftOf(pool());
    expect(await change(draftId, 1, text)).toMatchObject({ kind: 'unkeepable' });
    expect(JSON.stringify((await pool().query('select * from rule_set_drafts')).rows)).not.toMatch(
      /4111 1111/,
    );
  });
});

describe('a question to a list', () => {
  const asking = (question: string) =>
    `rules:\n  - id: R1\n    name: one\n    cases:\n` +
    `      - when: true && ${question}\n        reason: a\n`;
  const check = async (question: string) => {
    const checked = await checkRuleText({ db: pool(), guard }, asking(question));
    return 'problems' in checked ? checked.problems : [];
  };

  it('is refused at its place unless the list exists and holds that kind of value', async () => {
    await pool().query(`insert into lists (name, kind, value_kind, description, created_by,
      created_at) values ('domains', 'values', 'email_domain', '', 'x', now()),
      ('codes', 'values', 'text', '', 'x', now()), ('bins', 'values', 'bin', '', 'x', now())`);
    const place = { rule: 'R1', line: 5, column: 23 };
    expect(await check('subject.email in list("nowhere")')).toEqual([
      { ...place, message: "there is no list 'nowhere'" },
    ]);
    const held = "the list 'bins' holds entries of kind bin";
    expect(await check('subject.emailDomain in list("bins")')).toEqual([
      { ...place, message: `${held}; emailDomain needs email_domain` },
    ]);
    expect(await check('tx.source in list("bins")')).toEqual([
      { ...place, message: `${held}; tx.source needs text` },
    ]);
    expect(await check('tx.source in list("allow")')).toMatchObject([place]);
    for (const fitting of [
      'subject.emailDomain in list("domains")',
      'subject.bin in list("bins")',
      'tx.source in list("codes")',
      'subject.card in list("allow")',
      'subject.emailDomain in list("block")',
    ]) {
      expect(await check(fitting), fitting).toEqual([]);
    }
  });
});

describe('a publication', () => {
  it('makes the draft the next version, in force, with one audit row', async () => {
    expect(await inForce()).toMatchObject({ version: 0, publication: null, since: null });
    const { draftId } = await draftOf(pool(), textOf(30, '\n'));
    await change(draftId, 1, textOf(30, 'bands: {reviewFrom: 5, rejectFrom: 50}\n'), bob);
    const note = ' by 4111 1111 1111 1111 of dana@example.com ';
    const published = await publish(pool(), draftId, { note });
    const masked = ' by 411111*1111 of *@example.com ';
    expect(published).toEqual({
      kind: 'published',
      inForce: { ...(await inForce()), changes: expect.anything() as unknown },
    });
    expect(await inForce()).toMatchObject({
      version: 1,
      rules: 1,
      publication: 1,
      note: masked,
      author: ann.name,
      since: now.toISOString(),
    });
    const [first, file] = await listVersions({ db: pool() }, shipped);
    expect(first).toMatchObject({ version: 1, author: bob.name, draftId, note: masked });
    expect(file).toMatchObject({ version: 0, hash: shipped.ruleSet.hash, author: null });
    const [[actor, action, details] = []] = await auditOf('rule-set');
    expect([actor, action]).toEqual([ann.name, 'rule_set.published']);
    expect(details).toMatchObject({
      version: 1,
      from: 0,
      hash: first?.hash,
      note: masked,
      changes: { added: ['bands', 'R1'], changed: [] },
    });
  });

  it('of a text with a problem is refused with all of them: nothing wrong gets into force', async () => {
    const text = textOf(1).replace('tx.orderTotal > 100', 'tx.nowhere > 1 && tx.else');
    const { draftId } = await draftOf(pool(), text);
    const refused = await publish(pool(), draftId);
    expect(refused).toMatchObject({ kind: 'refused' });
    expect('problems' in refused && refused.problems).toHaveLength(2);
    expect(await freeze(pool(), draftId)).toMatchObject({ kind: 'refused' });
    expect(await listPublications({ db: pool() })).toEqual([]);
    expect(await listVersions({ db: pool() }, shipped)).toHaveLength(1);
  });

  it('of a version that this release cannot read any more is refused', async () => {
    await pool().query(`insert into rule_set_versions values (7, 'rules: 5', 'h', '', 'x', null,
      now())`);
    expect(await goTo(pool(), 7)).toMatchObject({ kind: 'refused' });
    expect(await goTo(pool(), 8)).toEqual({ kind: 'unknown' });
    expect(await inForce()).toMatchObject({ version: 0 });
  });

  it('of what is in force already changes nothing, however it is laid out', async () => {
    await publishText(pool(), textOf(30));
    const { draftId } = await draftOf(pool(), `# the same\n${textOf(30)}\n\n`);
    const again = await publish(pool(), draftId);
    const changes = { added: [], removed: [], changed: [] };
    expect(again).toEqual({ kind: 'unchanged', inForce: { ...(await inForce()), changes } });
    expect(await goTo(pool(), 1)).toMatchObject({ kind: 'unchanged' });
    expect(await listPublications({ db: pool() })).toHaveLength(1);
    expect(await readDraft({ db: pool(), guard }, draftId)).toMatchObject({ state: 'open' });
  });

  it('is refused when another version, or another text, is there than was read', async () => {
    await publishText(pool(), textOf(30));
    const { draftId } = await draftOf(pool(), textOf(40));
    const conflict = { kind: 'version_conflict' };
    expect(await publish(pool(), draftId, { expectedVersion: 0 })).toEqual(conflict);
    expect(await goTo(pool(), 0, { expectedVersion: 0 })).toEqual(conflict);
    await change(draftId, 1, textOf(50), bob);
    expect(await publish(pool(), draftId, { revision: 1 })).toEqual({ kind: 'revision_conflict' });
    const right = await publish(pool(), draftId, { expectedVersion: 1, revision: 2 });
    expect(right).toMatchObject({ kind: 'published', inForce: { version: 2 } });
  });

  it('that names no revision is refused when the draft changes while it waits for its turn', async () => {
    const { draftId } = await draftOf(pool(), textOf(1));
    const other = await pool().connect();
    await other.query('begin');
    await lockRuleSets(other);
    const published = publish(pool(), draftId);
    await untilLocked(pool());
    await change(draftId, 1, textOf(2), bob);
    await other.query('rollback');
    other.release();
    expect(await published).toEqual({ kind: 'revision_conflict' });
    expect(await inForce()).toMatchObject({ version: 0 });
  });

  it('goes back to an old version, also to the shipped file, and forward again', async () => {
    await publishText(pool(), textOf(1));
    await publishText(pool(), textOf(2));
    for (const version of [1, 0, 2]) {
      expect(await goTo(pool(), version, { note: 'back' })).toMatchObject({
        kind: 'published',
        inForce: { version },
      });
      expect(await inForce()).toMatchObject({ version, note: 'back' });
    }
    const all = (await listPublications({ db: pool() })).map((one) => [
      one.publication,
      one.version,
    ]);
    expect(all).toEqual([
      [5, 2],
      [4, 0],
      [3, 1],
      [2, 2],
      [1, 1],
    ]);
    expect(await listVersions({ db: pool() }, shipped)).toHaveLength(3);
  });

  it('and its version are never changed, not even by hand', async () => {
    await publishText(pool(), textOf(1));
    for (const table of ['rule_set_versions', 'rule_set_publications']) {
      for (const statement of [
        `update ${table} set note = 'x'`,
        `delete from ${table}`,
        `truncate ${table} cascade`,
      ]) {
        await expect(pool().query(statement), statement).rejects.toThrow(/never changed/);
      }
    }
  });

  it('twelve drafts of one base at once: one is published, none removes its changes', async () => {
    const drafts = await Promise.all(
      Array.from({ length: 12 }, (_, at) => draftOf(pool(), textOf(at + 1))),
    );
    const all = await Promise.all(drafts.map(({ draftId }) => publish(pool(), draftId)));
    expect(all.map(({ kind }) => kind).toSorted()).toEqual([
      'published',
      ...Array.from({ length: 11 }, () => 'stale_base'),
    ]);
    expect(await listPublications({ db: pool() })).toHaveLength(1);
    expect(await listVersions({ db: pool() }, shipped)).toHaveLength(2);
  });

  it('is dated after the one before it, however long its request has waited', async () => {
    for (const points of [1, 2, 3]) await publishText(pool(), textOf(points));
    const dates = (await listPublications({ db: pool() })).map(({ publishedAt }) => publishedAt);
    expect(new Set(dates).size).toBe(3);
    expect(dates).toEqual(dates.toSorted().toReversed());
    const { rows } = await pool().query<{ at: Date }>(
      `select at from audit where action = 'rule_set.published' order by id desc`,
    );
    expect(rows.map(({ at }) => at.toISOString())).toEqual(dates);
  });

  it('leaves nothing behind when its audit row cannot be written', async () => {
    const { draftId } = await draftOf(pool(), textOf(1));
    await pool().query('alter table audit rename to audit_away');
    await expect(publish(pool(), draftId)).rejects.toMatchObject({ code: '42P01' });
    await pool().query('alter table audit_away rename to audit');
    expect(await listVersions({ db: pool() }, shipped)).toHaveLength(1);
    expect(await readDraft({ db: pool(), guard }, draftId)).toMatchObject({ state: 'open' });
  });
});

describe('with four eyes', () => {
  const fourEyes = true;

  it('a draft is published by somebody who did not edit it and names the revision read', async () => {
    const { draftId } = await draftOf(pool(), textOf(1));
    await change(draftId, 1, textOf(2), bob);
    const byAnn = await publish(pool(), draftId, { revision: 2 }, { actor: ann, fourEyes });
    const byBob = await publish(pool(), draftId, { revision: 2 }, { actor: bob, fourEyes });
    expect([byAnn, byBob]).toEqual([{ kind: 'four_eyes' }, { kind: 'four_eyes' }]);
    const eve = { actor: { name: 'analyst:eve' }, fourEyes };
    expect(await publish(pool(), draftId, {}, eve)).toEqual({ kind: 'revision_needed' });
    expect(await publish(pool(), draftId, { revision: 2 }, eve)).toMatchObject({
      kind: 'published',
    });
  });

  it('a frozen draft that two wrote in is put in force by neither of them', async () => {
    const { draftId } = await draftOf(pool(), textOf(1));
    await change(draftId, 1, textOf(2), bob);
    expect(await freeze(pool(), draftId)).toEqual({ kind: 'frozen', version: 1 });
    const byAnn = await goTo(pool(), 1, {}, { actor: ann, fourEyes });
    const byBob = await goTo(pool(), 1, {}, { actor: bob, fourEyes });
    expect([byAnn, byBob]).toEqual([{ kind: 'four_eyes' }, { kind: 'four_eyes' }]);
  });

  it('a trial is no way round it, and restoring a version needs no second person', async () => {
    const { draftId } = await draftOf(pool(), textOf(1));
    expect(await freeze(pool(), draftId)).toEqual({ kind: 'frozen', version: 1 });
    expect(await goTo(pool(), 1, {}, { actor: ann, fourEyes })).toEqual({ kind: 'four_eyes' });
    expect(await goTo(pool(), 1, {}, { actor: bob, fourEyes })).toMatchObject({
      kind: 'published',
    });
    expect(await goTo(pool(), 0, {}, { actor: ann, fourEyes })).toMatchObject({
      kind: 'published',
    });
    expect(await goTo(pool(), 1, {}, { actor: ann, fourEyes })).toMatchObject({
      kind: 'published',
    });
  });
});

describe('a version frozen for a trial', () => {
  it('is not in force, and is the one that is published when the draft is', async () => {
    const { draftId } = await draftOf(pool(), textOf(1));
    expect([await freeze(pool(), draftId, bob), await freeze(pool(), draftId)]).toEqual([
      { kind: 'frozen', version: 1 },
      { kind: 'frozen', version: 1 },
    ]);
    expect(await inForce()).toMatchObject({ version: 0 });
    expect(await readVersion({ db: pool() }, shipped, 1)).toMatchObject({
      text: textOf(1),
      author: ann.name,
    });
    expect(await publish(pool(), draftId)).toMatchObject({ inForce: { version: 1 } });
    expect((await auditOf('rule-set')).map(([, action]) => action)).toEqual([
      'rule_set.frozen',
      'rule_set.published',
    ]);
  });
});

describe('a diff', () => {
  it('names each rule, override and band that differs, before and after', async () => {
    await publishText(pool(), textOf(1, 'banners: {bay: {rules: {R1: {enabled: false}}}}\n'));
    const next =
      `${textOf(2)}  - {id: R2, name: two, cases: [{when: auth.approved, reason: b}]}\n` +
      'banners: {lat: {bands: {reviewFrom: 1, rejectFrom: 2}}}\n';
    const { draftId } = await draftOf(pool(), next);
    const ofDraft = await diffDraft({ db: pool(), shipped, guard }, draftId, undefined);
    await publish(pool(), draftId);
    const diffed = await diffVersion({ db: pool() }, shipped, 2, undefined);
    const against = (one: typeof diffed) => (one.kind === 'compared' ? one.diff : undefined);
    expect(against(diffed)?.changes).toEqual(against(ofDraft)?.changes);
    expect(against(diffed)?.inForce).toEqual({ version: 2, changes: [] });
    const all = diffed.kind === 'compared' ? diffed.diff.changes : [];
    expect(all.map(({ banner, rule, kind }) => [banner, rule, kind])).toEqual([
      [null, 'R1', 'changed'],
      [null, 'R2', 'added'],
      ['lat', null, 'added'],
      ['bay', 'R1', 'removed'],
    ]);
    expect(all[0]?.fields).toMatchObject([
      { field: 'cases', before: [{ points: 1 }], after: [{ points: 2 }] },
    ]);
    expect(all[3]?.fields).toEqual([{ field: 'enabled', before: false, after: null }]);
    expect(await diffVersion({ db: pool() }, shipped, 2, 2)).toMatchObject({
      diff: { changes: [] },
    });
    expect(await diffVersion({ db: pool() }, shipped, 3, 2)).toEqual({ kind: 'unknown' });
    expect(await diffVersion({ db: pool() }, shipped, 2, 3)).toEqual({ kind: 'unknown_from' });
  });
});
