import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NewTrial } from '../../contracts/v1/trials.js';
import { listAudit } from '../../db/audit.js';
import type { Pool } from '../../db/pool.js';
import { createDraft } from '../../services/rule-sets/drafts.js';
import { readShippedRules, readVersion } from '../../services/rule-sets/versions.js';
import { changePercent, endTrial } from '../../services/trials/change.js';
import { listTrials } from '../../services/trials/read.js';
import { startTrial } from '../../services/trials/start.js';
import { openDatabase } from './database.js';
import { goTo, tools } from './rule-sets-fixture.js';
import { guard } from '../support/guard.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;

beforeAll(async () => {
  database = await openDatabase();
  ({ pool } = database);
});

beforeEach(() => pool.query('delete from rule_set_trials'));

afterAll(() => database?.close());

const shipped = readShippedRules('rules/default.yaml');
const ann = { name: 'analyst:ann' };
const bob = { name: 'analyst:bob' };
const now = new Date('2026-11-21T12:00:00.000Z');

const textOf = (id: string) => `rules:
  - id: ${id}
    name: Large
    cases:
      - when: tx.orderTotal > 100.0
        points: 45
        reason: Large.
`;

const draft = async (text: string): Promise<string> => {
  const created = await createDraft(
    { db: pool, shipped, guard, actor: ann, now },
    { name: 'a draft', text },
  );
  if (!('draft' in created)) throw new Error(created.kind);
  return created.draft.draftId;
};

const start = (asked: object, { actor = ann, fourEyes = false } = {}) =>
  startTrial({ db: pool, shipped, fourEyes, ...tools, actor, now }, NewTrial.parse(asked));

const started = async (asked: object) => {
  const result = await start(asked);
  if (result.kind !== 'started') throw new Error(result.kind);
  return result.trial;
};

describe('a trial', () => {
  it('of a draft tries the text as it is now, under a number, and leaves the draft open', async () => {
    const draftId = await draft(textOf('T01'));
    const trial = await started({ draftId, mode: 'rollout', percent: 12.5, note: 'a try' });
    expect(trial).toMatchObject({
      ...{ mode: 'rollout', percent: 12.5, by: 'card', note: 'a try', author: 'analyst:ann' },
      endedAt: null,
    });
    const version = await readVersion({ db: pool }, shipped, trial.version);
    expect(version).toMatchObject({ draftId, text: textOf('T01') });
    expect(await listAudit(pool, `trial:${trial.trialId}`)).toMatchObject([
      { actor: 'analyst:ann', action: 'trial.started', details: { version: trial.version } },
    ]);
  });

  it('is one at a time: of ten at once one starts, and nine are refused', async () => {
    const draftId = await draft(textOf('T02'));
    const results = await Promise.all(
      Array.from({ length: 10 }, () => start({ draftId, mode: 'shadow' })),
    );
    const kinds = results.map(({ kind }) => kind).toSorted();
    expect(kinds).toEqual(['started', ...Array.from({ length: 9 }, () => 'trial_running')]);
    const [trial] = await listTrials({ db: pool });
    await endTrial({ db: pool, actor: bob, now }, { note: 'done', trialId: trial?.trialId ?? '' });
    expect((await start({ draftId, mode: 'shadow' })).kind).toBe('started');
  });

  it('is not started with a version that already decides, is missing, or has problems', async () => {
    expect(await start({ version: 0, mode: 'shadow' })).toEqual({ kind: 'in_force' });
    expect(await start({ version: 4711, mode: 'shadow' })).toEqual({ kind: 'unknown_version' });
    const draftId = await draft(textOf('T03').replace('orderTotal', 'nothing'));
    expect(await start({ draftId, mode: 'shadow' })).toMatchObject({
      kind: 'refused',
      problems: [{ rule: 'T03', line: 5 }],
    });
    expect(await listTrials({ db: pool })).toEqual([]);
  });

  it('may go back to the shipped file while another version decides', async () => {
    const trial = await started({ draftId: await draft(textOf('T04')), mode: 'shadow' });
    await endTrial({ db: pool, actor: ann, now }, { note: 'done', trialId: trial.trialId });
    const publish = (version: number) => goTo(pool, version);
    await publish(trial.version);
    expect(await started({ version: 0, mode: 'rollout', percent: 1 })).toMatchObject({
      version: 0,
    });
    await publish(0);
  });
});

describe('with four eyes', () => {
  it('no editor of a draft may make it decide orders; in shadow it decides none', async () => {
    const draftId = await draft(textOf('T05'));
    const rollout = { draftId, mode: 'rollout', percent: 10 };
    expect(await start(rollout, { fourEyes: true })).toEqual({ kind: 'four_eyes' });
    const shadow = await start({ draftId, mode: 'shadow' }, { fourEyes: true });
    if (shadow.kind !== 'started') throw new Error(shadow.kind);
    const { trialId, version } = shadow.trial;
    await endTrial({ db: pool, actor: ann, now }, { note: 'done', trialId });
    const byVersion = { ...rollout, draftId: undefined, version };
    expect(await start(byVersion, { fourEyes: true })).toEqual({ kind: 'four_eyes' });
    expect((await start(rollout, { fourEyes: true, actor: bob })).kind).toBe('started');
  });

  it('no editor of a draft may enlarge its rollout; anybody may reduce it', async () => {
    const draftId = await draft(textOf('T10'));
    const begun = await start(
      { draftId, mode: 'rollout', percent: 10 },
      { fourEyes: true, actor: bob },
    );
    if (begun.kind !== 'started') throw new Error(begun.kind);
    const change = (actor: typeof ann, percent: number) =>
      changePercent(
        { db: pool, shipped, fourEyes: true, ...tools, actor, now },
        {
          trialId: begun.trial.trialId,
          percent,
        },
      );
    expect(await change(ann, 11)).toEqual({ kind: 'four_eyes' });
    expect((await change(ann, 9)).kind).toBe('changed');
    expect((await change(bob, 50)).kind).toBe('changed');
  });
});

describe("a trial's share", () => {
  it('changes while a rollout runs, with who and from what to what', async () => {
    const draftId = await draft(textOf('T06'));
    const { trialId } = await started({ draftId, mode: 'rollout', percent: 5 });
    const change = (percent: number) =>
      changePercent(
        { db: pool, shipped, fourEyes: false, ...tools, actor: bob, now },
        { trialId, percent },
      );
    expect(await change(25)).toMatchObject({ kind: 'changed', trial: { percent: 25 } });
    expect(await change(25)).toMatchObject({ kind: 'unchanged' });
    expect((await listAudit(pool, `trial:${trialId}`)).slice(1)).toMatchObject([
      { actor: 'analyst:bob', action: 'trial.changed', details: { from: 5, to: 25 } },
    ]);
    await endTrial({ db: pool, actor: bob, now }, { note: 'done', trialId });
    expect(await change(50)).toEqual({ kind: 'not_running' });
  });

  it('is everybody in shadow, and cannot be changed', async () => {
    const { trialId, percent } = await started({
      draftId: await draft(textOf('T07')),
      mode: 'shadow',
    });
    expect(percent).toBe(100);
    expect(
      await changePercent(
        { db: pool, shipped, fourEyes: false, ...tools, actor: ann, now },
        {
          trialId,
          percent: 1,
        },
      ),
    ).toEqual({
      kind: 'not_running',
    });
  });
});

describe('the end of a trial', () => {
  it('is audited once, whoever ends it again', async () => {
    const { trialId } = await started({ draftId: await draft(textOf('T08')), mode: 'shadow' });
    const ended = await endTrial({ db: pool, actor: ann, now }, { note: 'done', trialId });
    const at = new Date(now.getTime() + 1).toISOString();
    expect(ended).toMatchObject({ endedAt: at, endedBy: 'analyst:ann' });
    const again = await endTrial(
      { db: pool, actor: bob, now: new Date(now.getTime() + 1000) },
      {
        note: 'done',
        trialId,
      },
    );
    expect(again).toEqual(ended);
    const actions = (await listAudit(pool, `trial:${trialId}`)).map(({ action }) => action);
    expect(actions).toEqual(['trial.started', 'trial.ended']);
  });
});

describe('the bounds of a trial', () => {
  it.each([
    [{ mode: 'shadow' }, 'version'],
    [{ mode: 'rollout', version: 1 }, 'percent'],
    [{ mode: 'shadow', version: 1, percent: 5 }, 'percent'],
    [{ mode: 'shadow', version: 1, draftId: crypto.randomUUID() }, 'version'],
    [{ mode: 'rollout', version: 1, percent: 100.01 }, 'percent'],
    [{ mode: 'rollout', version: 1, percent: 0.001 }, 'percent'],
    [{ mode: 'rollout', version: 1, percent: 5, by: 'name' }, 'by'],
  ])('%j is refused for its %s', (asked, path) => {
    const { error } = NewTrial.safeParse(asked);
    expect(error?.issues.map((issue) => issue.path[0])).toContain(path);
  });
});
