import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { Policy } from '../../contracts/policy.js';
import { createPool } from '../../db/pool.js';
import { loadControls } from '../../services/controls.js';
import { freePort } from '../support/ports.js';
import { openDatabase, samePolicies } from './database.js';

const defaults = samePolicies({ budgetMs: 800 });

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase();
});

beforeEach(() => database.pool.query('delete from policies; delete from partner_levers'));

afterAll(() => database?.close());

const store = (banner: string, version: number, policy: unknown) =>
  database.pool.query(`insert into policies values ($1, $2, $3, '', 'analyst:ann', now())`, [
    banner,
    version,
    JSON.stringify(policy),
  ]);

const setLever = (partner: string, state: string) =>
  database.pool.query(`insert into partner_levers values ($1, $2, '', 'operator:bo', now())`, [
    partner,
    state,
  ]);

const load = () => loadControls({ db: database.pool }, defaults);

describe('the controls', () => {
  it('are the settings file and every partner on, until somebody changes them', async () => {
    const { policies, switchedOff } = await load();
    const file = { version: 0, policy: defaults.bay };
    expect(policies).toEqual({ lat: file, s5a: file, o5a: file, bay: file });
    expect([...switchedOff]).toEqual([]);
  });

  it('are the highest version of each banner, and the file where there is none', async () => {
    await store('bay', 2, { reviewAll: true });
    await store('bay', 10, { reviewAll: false, budgetMs: 300 });
    await store('bay', 9, { reviewAll: true });
    await store('lat', 1, { reviewAll: true });
    const { policies } = await load();
    expect(policies.bay).toEqual({ version: 10, policy: Policy.parse({ budgetMs: 300 }) });
    expect(policies.lat).toEqual({ version: 1, policy: Policy.parse({ reviewAll: true }) });
    expect(policies.s5a).toEqual({ version: 0, policy: defaults.s5a });
  });

  it('give a policy of an older release the defaults of newer fields', async () => {
    await store('bay', 1, { partners: { sardine: { votes: { high: 'reject' } } } });
    const { policy } = (await load()).policies.bay;
    expect(policy).toEqual(Policy.parse({ partners: { sardine: { votes: { high: 'reject' } } } }));
    expect(policy.partners.yleo.votes.Declined).toBe('reject');
    expect(policy.budgetMs).toBeNull();
  });

  it('name the partners that are off, and no others', async () => {
    await setLever('yleo', 'off');
    await setLever('sardine', 'on');
    expect([...(await load()).switchedOff]).toEqual(['yleo']);
  });

  it('are not disturbed by banners and partners of another release', async () => {
    await store('another', 1, {});
    await setLever('another', 'off');
    const { policies, switchedOff } = await load();
    expect(Object.keys(policies).toSorted()).toEqual(['bay', 'lat', 'o5a', 's5a']);
    expect([...switchedOff]).toEqual([]);
  });

  it('are refused when a stored policy cannot be understood, and never guessed', async () => {
    await store('bay', 1, { reviewAll: 'yes' });
    await expect(load()).rejects.toMatchObject({ name: 'ZodError' });
  });

  it('cost one query', async () => {
    let queries = 0;
    const counting = {
      query: (...args: unknown[]) => {
        queries += 1;
        return (database.pool.query as (...given: unknown[]) => unknown).apply(database.pool, args);
      },
    };
    await loadControls({ db: counting as unknown as typeof database.pool }, defaults);
    expect(queries).toBe(1);
  });

  it('are unavailable, by type, while Postgres is away', async () => {
    const databaseUrl = `postgres://verdict@127.0.0.1:${await freePort()}/none`;
    const dead = createPool({ databaseUrl, connections: 2, timeoutMs: 500 });
    await expect(loadControls({ db: dead }, defaults)).rejects.toBeInstanceOf(
      TemporarilyUnavailable,
    );
    await dead.end();
  });
});
