import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pool } from '../../db/pool.js';
import { changeRole, disableAccount, resetPassword } from '../../services/accounts/accounts.js';
import { changePassword } from '../../services/accounts/own-password.js';
import { createPasswords } from '../../services/accounts/passwords.js';
import {
  createEntry,
  enter,
  findSession,
  type Session,
  signOut,
  signOutEverywhere,
} from '../../services/accounts/sessions.js';
import { createClock, createDesk, hourMs, minuteMs, password } from './accounts-fixture.js';
import { signIn } from '../../services/accounts/sign-in.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;

beforeAll(async () => {
  database = await openDatabase();
  pool = database.pool;
});
afterAll(() => database?.close());

type Desk = ReturnType<typeof createDesk>;

const admitted = async (desk: Desk, name: string, browserToken?: string) => {
  const result = await desk.signIn(name, password, { browserToken });
  if (result.kind !== 'signed_in') throw new Error(result.kind);
  return result;
};

const sessionOf = (desk: Desk, token: string): Promise<Session | undefined> =>
  findSession(desk.call(), token);

const fail = async (desk: Desk, name: string, times: number, browserToken?: string) => {
  const kinds: string[] = [];
  for (let count = 0; count < times; count += 1) {
    kinds.push((await desk.signIn(name, 'wrong', { browserToken })).kind);
  }
  return kinds;
};

const untilOf = async (desk: Desk, name: string, given = 'wrong'): Promise<number> => {
  const result = await desk.signIn(name, given);
  if (result.kind !== 'locked') throw new Error(result.kind);
  return result.untilAt.getTime() - desk.clock.now().getTime();
};

describe('wrong passwords', () => {
  it('make an account wait longer each time, up to 15 minutes, and the right one ends it', async () => {
    const desk = createDesk(pool);
    const { name } = await desk.add();
    expect(await desk.signIn(name, 'wrong')).toEqual({ kind: 'refused', triesLeft: 4 });
    expect(await fail(desk, name, 3)).toEqual(['refused', 'refused', 'refused']);
    const waits: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const waitMs = await untilOf(desk, name);
      waits.push(waitMs / minuteMs);
      // During the wait not even the right password is checked.
      desk.clock.pass(waitMs - 1);
      expect(await untilOf(desk, name, password)).toBe(1);
      desk.clock.pass(1);
    }
    expect(waits).toEqual([1, 2, 4, 8, 15, 15]);
    await admitted(desk, name);
    expect(await desk.signIn(name, 'wrong')).toEqual({ kind: 'refused', triesLeft: 4 });
    const { rows } = await pool.query<{ action: string }>(
      `select action from audit where object = $1 and actor = 'system' order by id`,
      [name],
    );
    const [refused, locked] = ['account.refused', 'account.locked'];
    expect(rows.map(({ action }) => action)).toEqual([
      ...Array.from({ length: 4 }, () => refused),
      ...Array.from({ length: 6 }, () => locked),
      refused,
    ]);
  });

  it('that come at once count like those one after the other', async () => {
    const desk = createDesk(pool);
    const { name } = await desk.add();
    const results = await Promise.all(Array.from({ length: 10 }, () => desk.signIn(name, 'wrong')));
    const kinds = results.map(({ kind }) => kind).toSorted();
    expect(kinds).toEqual([...Array(6).fill('locked'), ...Array(4).fill('refused')]);
  });

  it('of strangers do not keep out a browser that has signed in before', async () => {
    const desk = createDesk(pool);
    const { name } = await desk.add();
    const { browserToken } = await admitted(desk, name);
    await fail(desk, name, 6);
    expect((await desk.signIn(name)).kind).toBe('locked');
    await admitted(desk, name, browserToken);
    expect((await desk.signIn(name)).kind).toBe('locked');
    await fail(desk, name, 5, browserToken);
    expect((await desk.signIn(name, password, { browserToken })).kind).toBe('locked');
  });

  it('for a name that nobody has are refused in the same words and with the same waits', async () => {
    const desk = createDesk(pool);
    const { name } = await desk.add();
    const [known, unknown] = [await fail(desk, name, 7), await fail(desk, 'nobody-here', 7)];
    expect(unknown).toEqual(known);
    for (const odd of ['', 'a\u0000b', 'é', 'x'.repeat(1_000_000)]) {
      expect(await desk.signIn(odd, 'wrong')).toEqual({ kind: 'refused', triesLeft: 4 });
    }
    expect(await untilOf(desk, 'nobody-here')).toBe(await untilOf(desk, name));
  });

  it('from one address end its tries for five minutes, but not those of known browsers', async () => {
    const desk = createDesk(pool);
    const { name } = await desk.add();
    const { browserToken } = await admitted(desk, name);
    const address = '2001:db8:1:2::77';
    for (let count = 0; count < 30; count += 1) {
      await desk.signIn(`guess${count}`, 'wrong', { address });
    }
    const neighbour = { address: '2001:db8:1:2::78' };
    expect((await desk.signIn(name, password, neighbour)).kind).toBe('address_spent');
    await expect(
      desk.signIn(name, password, { ...neighbour, browserToken }),
    ).resolves.toMatchObject({ kind: 'signed_in' });
    desk.clock.pass(5 * minuteMs);
    expect((await desk.signIn(name, password, neighbour)).kind).toBe('signed_in');
  });
});

describe('a session', () => {
  it('ends an hour after its last use, and twelve hours after the sign-in in any case', async () => {
    const desk = createDesk(pool);
    const { name } = await desk.add();
    const { token } = await admitted(desk, name);
    for (let hours = 0; hours < 11; hours += 1) {
      desk.clock.pass(hourMs - 1);
      expect(await sessionOf(desk, token)).toMatchObject({ account: { name } });
    }
    desk.clock.pass(hourMs - 1);
    expect((await sessionOf(desk, token))?.expiresAt).toEqual(
      new Date(desk.clock.now().getTime() + 12),
    );
    desk.clock.pass(12);
    expect(await sessionOf(desk, token)).toBeUndefined();
    const idle = await admitted(desk, name);
    desk.clock.pass(hourMs - 1);
    // A page that only stays open does not keep it alive.
    const open = await findSession(desk.call(), idle.token, { isUse: false });
    expect(open?.expiresAt).toEqual(new Date(desk.clock.now().getTime() + 1));
    desk.clock.pass(1);
    expect(await sessionOf(desk, idle.token)).toBeUndefined();
  });

  it('writes that it is used at most once a minute', async () => {
    const desk = createDesk(pool);
    const { name } = await desk.add();
    const { token, session } = await admitted(desk, name);
    const seen = async () => {
      await sessionOf(desk, token);
      const { rows } = await pool.query<{ last_seen_at: Date }>(
        'select last_seen_at from console_sessions where session_id = $1',
        [session.sessionId],
      );
      return rows[0]?.last_seen_at;
    };
    const started = desk.clock.now();
    desk.clock.pass(minuteMs);
    expect(await seen()).toEqual(started);
    desk.clock.pass(1);
    expect(await seen()).toEqual(desk.clock.now());
  });

  it('is over at once when its account is disabled, gets another role or another password', async () => {
    const desk = createDesk(pool);
    const ends: [string, (name: string) => Promise<unknown>][] = [
      ['disabled', (name) => disableAccount(desk.call(), name)],
      ['another role', (name) => changeRole(desk.call(), name, 'analyst')],
      ['a reset', (name) => resetPassword(desk.call(), name)],
    ];
    for (const [what, end] of ends) {
      const { name } = await desk.add();
      const { token } = await admitted(desk, name);
      await end(name);
      expect(await sessionOf(desk, token), what).toBeUndefined();
    }
    const account = await desk.add();
    const others = [await admitted(desk, account.name), await admitted(desk, account.name)];
    const next = 'another lantern altogether';
    const change = { account, current: password, next };
    const changed = await changePassword(desk.call(), change);
    if (changed.kind !== 'changed') throw new Error(changed.kind);
    for (const { token } of others) expect(await sessionOf(desk, token)).toBeUndefined();
    expect(await sessionOf(desk, changed.token)).toMatchObject({ account });
    expect((await desk.signIn(account.name)).kind).toBe('refused');
    expect((await desk.signIn(account.name, next)).kind).toBe('signed_in');
  });

  it('that is signed out ends alone, and signing out everywhere ends all', async () => {
    const desk = createDesk(pool);
    const account = await desk.add();
    const [one, two, three] = [
      await admitted(desk, account.name),
      await admitted(desk, account.name),
      await admitted(desk, account.name),
    ];
    await signOut(desk.call(), one.session);
    expect(await sessionOf(desk, one.token)).toBeUndefined();
    expect(await sessionOf(desk, two.token)).toBeDefined();
    expect(await signOutEverywhere(desk.call(), account)).toBe(2);
    for (const { token } of [two, three]) expect(await sessionOf(desk, token)).toBeUndefined();
  });

  it('does not begin when the account is disabled while its password is checked', async () => {
    const desk = createDesk(pool);
    const { name } = await desk.add();
    const passwords = createPasswords({ cost: { logN: 4, r: 1, p: 1 } });
    const slow: typeof passwords = {
      inTurn: (work) =>
        passwords.inTurn((hasher) =>
          work({
            ...hasher,
            matches: async (given, hash) => {
              const isRight = await hasher.matches(given, hash);
              await disableAccount(desk.call(), name);
              return isRight;
            },
          }),
        ),
    };
    const result = await signIn({ ...desk.call(), passwords: slow }, { name, password });
    expect(result.kind).toBe('refused');
  });
});

describe('a link that signs in', () => {
  const link = async (desk: Desk, name: string) => (await createEntry(desk.call(), name)) ?? '';

  it('does so once, also when two requests come at the same instant', async () => {
    const desk = createDesk(pool);
    const { name } = await desk.add('admin');
    const token = await link(desk, name);
    const both = await Promise.all([enter(desk.call(), token), enter(desk.call(), token)]);
    const started = both.filter((one) => one !== undefined);
    expect(started).toHaveLength(1);
    expect(started[0]?.session.account).toMatchObject({ name, role: 'admin' });
    expect(await enter(desk.call(), token)).toBeUndefined();
  });

  it('does so within fifteen minutes, and never for a disabled account', async () => {
    const desk = createDesk(pool, createClock());
    const { name } = await desk.add('admin');
    const [inTime, tooLate] = [await link(desk, name), await link(desk, name)];
    desk.clock.pass(15 * minuteMs - 1);
    expect(await enter(desk.call(), inTime)).toBeDefined();
    desk.clock.pass(1);
    expect(await enter(desk.call(), tooLate)).toBeUndefined();
    const other = await desk.add();
    const token = await link(desk, other.name);
    await disableAccount(desk.call(), other.name);
    expect(await enter(desk.call(), token)).toBeUndefined();
    expect(await createEntry(desk.call(), other.name)).toBeUndefined();
  });
});
