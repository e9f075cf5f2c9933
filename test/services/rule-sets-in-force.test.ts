import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { createPool, type Queryable } from '../../db/pool.js';
import type { Facts } from '../../domain/facts/catalogue.js';
import { watchRules } from '../../temporal/live-rules.js';
import { type KnownRuleSets, loadRulesInForce } from '../../services/rule-sets/in-force.js';
import { RulesRefused } from '../../services/rule-sets/versions.js';
import { freePort } from '../support/ports.js';
import { until } from '../support/until.js';
import { openDatabase } from './database.js';
import {
  draftOf,
  forgetRuleSets,
  goTo,
  publish,
  publishText,
  shipped,
  textOf,
} from './rule-sets-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

const pool = () => database.pool;

beforeAll(async () => {
  database = await openDatabase();
});

beforeEach(() => forgetRuleSets(pool()));

afterAll(() => database?.close());

const file = { version: 0, ruleSet: shipped.ruleSet };
const load = (known: KnownRuleSets = new Map()) => loadRulesInForce({ db: pool() }, file, known);

const counted = (): Queryable & { readonly asked: string[] } => {
  const asked: string[] = [];
  const query = (given: { readonly name: string }) => {
    asked.push(given.name);
    return pool().query(given as unknown as string);
  };
  return { asked, query: query as unknown as Queryable['query'] };
};

const beginTrial = (version: number, mode: string) =>
  pool().query(
    `insert into rule_set_trials values ($1, $2, $3, 12.5, 'email', '', 'analyst:ann', now())`,
    [randomUUID(), version, mode],
  );

/** A version that only a newer release can read, which that release put in force. */
const storeUnreadable = async (version: number, publication: number | null) => {
  const text = textOf(1).replace('tx.orderTotal >', 'tx.newFact >');
  await pool().query(`insert into rule_set_versions values ($1, $2, 'h', '', 'x', null, now())`, [
    version,
    text,
  ]);
  if (publication === null) return;
  await pool().query(`insert into rule_set_publications values ($1, $2, '', 'x', now())`, [
    publication,
    version,
  ]);
};

const facts: Facts = { tx: { orderTotal: 500 } };
const pointsFor = (rules: Awaited<ReturnType<typeof load>>, banner: 'bay' | 'lat') =>
  rules.live.ruleSet
    .of(banner)
    .evaluate(facts)
    .hits.map(({ points }) => points);

describe('the rules in force', () => {
  it('are the shipped file until something is published, and no trial', async () => {
    expect(await load()).toEqual({ live: file, trial: null });
  });

  it('are the latest publication, with its own bands and overrides per banner', async () => {
    await publishText(pool(), textOf(1));
    await publishText(
      pool(),
      textOf(
        30,
        'bands: {reviewFrom: 5, rejectFrom: 50}\nbanners:\n  bay:\n' +
          '    bands: {reviewFrom: 7, rejectFrom: 70}\n    rules: {R1: {enabled: false}}\n',
      ),
    );
    const rules = await load();
    expect(rules.live.version).toBe(2);
    expect(rules.live.ruleSet.of('lat').bands).toEqual({ reviewFrom: 5, rejectFrom: 50 });
    expect(rules.live.ruleSet.of('bay').bands).toEqual({ reviewFrom: 7, rejectFrom: 70 });
    expect([pointsFor(rules, 'lat'), pointsFor(rules, 'bay')]).toEqual([[30], []]);
  });

  it('hold the running trial with its challenger, and not one that has ended', async () => {
    await publishText(pool(), textOf(1));
    await beginTrial(0, 'rollout');
    expect((await load()).trial).toMatchObject({
      mode: 'rollout',
      percent: 12.5,
      by: 'email',
      challenger: { version: 0, ruleSet: shipped.ruleSet },
    });
    await pool().query(`update rule_set_trials set ended_at = now(), ended_by = 'x'`);
    await beginTrial(1, 'shadow');
    expect((await load()).trial).toMatchObject({ mode: 'shadow', challenger: { version: 1 } });
  });

  it('cost one query, and each version is read and compiled once', async () => {
    await publishText(pool(), textOf(1));
    await publishText(pool(), textOf(2));
    await beginTrial(1, 'shadow');
    const known: KnownRuleSets = new Map();
    const first = counted();
    const rules = await loadRulesInForce({ db: first }, file, known);
    expect(first.asked).toHaveLength(2);
    const later = counted();
    const again = await loadRulesInForce({ db: later }, file, known);
    expect(later.asked).toHaveLength(1);
    expect(again.live.ruleSet).toBe(rules.live.ruleSet);
  });

  it('cache no more than a few versions', async () => {
    const known: KnownRuleSets = new Map();
    for (let points = 1; points <= 12; points += 1) {
      await publishText(pool(), textOf(points));
      expect((await load(known)).live.version).toBe(points);
    }
    expect(known.size).toBeLessThanOrEqual(8);
  });

  it('are refused by type, with the version, when this process cannot compile them', async () => {
    await storeUnreadable(5, 1);
    const known: KnownRuleSets = new Map();
    await expect(load(known)).rejects.toThrow(RulesRefused);
    const later = counted();
    await expect(loadRulesInForce({ db: later }, file, known)).rejects.toMatchObject({
      version: 5,
      usable: undefined,
      message: 'version 5 cannot be used: R1',
    });
    expect(later.asked).toHaveLength(1);
  });

  it('are unavailable, by type, while Postgres is away', async () => {
    const databaseUrl = `postgres://verdict@127.0.0.1:${await freePort()}/none`;
    const dead = createPool({ databaseUrl, connections: 2, timeoutMs: 500 });
    await expect(loadRulesInForce({ db: dead }, file, new Map())).rejects.toBeInstanceOf(
      TemporarilyUnavailable,
    );
    await dead.end();
  });
});

describe('a process that watches the rules', () => {
  const watching = async (
    work: (rules: ReturnType<typeof watchRules>, faults: unknown[]) => Promise<void>,
  ) => {
    const faults: unknown[] = [];
    const rules = watchRules(pool(), file, (error) => faults.push(error));
    try {
      await work(rules, faults);
    } finally {
      await rules.stop();
    }
  };
  const live = (rules: ReturnType<typeof watchRules>) => rules.current().live.version;

  it('goes by a publication, and by going back', async () => {
    await watching(async (rules, faults) => {
      await rules.loaded();
      expect(live(rules)).toBe(0);
      await publishText(pool(), textOf(1));
      await until('it is in force', async () => live(rules) === 1);
      await goTo(pool(), 0);
      await until('the file is in force', async () => live(rules) === 0);
      await goTo(pool(), 1);
      await until('it is in force again', async () => live(rules) === 1);
      expect(faults).toEqual([]);
    });
  });

  it('keeps the last compiled set when it cannot compile the one in force, with one report', async () => {
    await publishText(pool(), textOf(1));
    await watching(async (rules, faults) => {
      await rules.loaded();
      await storeUnreadable(2, 2);
      await until('it is said', async () => faults.length > 0);
      await rules.refresh();
      await rules.refresh();
      expect([live(rules), faults]).toEqual([1, [expect.any(RulesRefused)]]);
      const { draftId } = await draftOf(pool(), textOf(3));
      await publish(pool(), draftId);
      await until('the next one is in force', async () => live(rules) === 3);
    });
  });

  it('leaves out a challenger that it cannot compile, and goes by publications all the same', async () => {
    await publishText(pool(), textOf(1));
    await storeUnreadable(2, null);
    await beginTrial(2, 'rollout');
    await watching(async (rules, faults) => {
      await rules.loaded();
      await rules.refresh();
      expect(rules.current()).toMatchObject({ live: { version: 1 }, trial: null });
      expect(faults).toEqual([expect.objectContaining({ version: 2 })]);
      await publishText(pool(), textOf(3));
      await until('the next one is in force', async () => live(rules) === 3);
      expect(faults).toHaveLength(1);
    });
  });
});
