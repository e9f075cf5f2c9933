import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pool } from '../../db/pool.js';
import {
  changeRole,
  createAccount,
  disableAccount,
  enableAccount,
  listAccounts,
  resetPassword,
} from '../../services/accounts/accounts.js';
import { importAccountsFile } from '../../services/accounts/local-accounts.js';
import { changePassword } from '../../services/accounts/own-password.js';
import { createPasswords, TooManySignIns } from '../../services/accounts/passwords.js';
import { findSession } from '../../services/accounts/sessions.js';
import { parseKeyring } from '../../runtime/keyring.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Secret } from '../../runtime/secret.js';
import { createDesk, password } from './accounts-fixture.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;
let desk: ReturnType<typeof createDesk>;

beforeAll(async () => {
  database = await openDatabase();
  pool = database.pool;
  desk = createDesk(pool);
});
afterAll(() => database?.close());

const audited = async (name: string) =>
  (
    await pool.query<{ actor: string; action: string; details: object }>(
      'select actor, action, details from audit where object = $1 order by id',
      [name],
    )
  ).rows;

describe('administrators', () => {
  it('create an account with a first password that must be changed before anything else', async () => {
    const mara = { name: 'mara', displayName: 'Mara Lind', role: 'lead' } as const;
    const created = await createAccount(desk.call(), mara);
    if (created.kind !== 'created') throw new Error(created.kind);
    const first = created.password ?? '';
    expect(first).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    expect(await createAccount(desk.call(), mara)).toEqual({ kind: 'taken' });
    const signedIn = await desk.signIn(' Mara ', first);
    expect(signedIn).toMatchObject({ session: { account: mara, mustChangePassword: true } });
    const change = { account: created.account, current: first, next: password };
    expect(await changePassword(desk.call(), { ...change, next: first })).toMatchObject({
      kind: 'weak',
    });
    expect(await changePassword(desk.call(), change)).toMatchObject({
      session: { mustChangePassword: false },
    });
    expect((await desk.signIn('mara', first)).kind).toBe('refused');
    expect(JSON.stringify(await listAccounts(desk.call()))).not.toContain('scrypt');
  });

  it('take a password that a person chose only if it is hard to guess', async () => {
    const given = { name: 'someone', displayName: 'Some One', role: 'reviewer' } as const;
    for (const weak of ['elevenchars', 'aaaaaaaaaaaaaaa', 'Someone has it', 'x'.repeat(257)]) {
      expect(await createAccount(desk.call(), { ...given, password: weak })).toMatchObject({
        kind: 'weak',
      });
    }
  });

  it('can end, restore and change accounts, each in the audit trail and without a password', async () => {
    const { name } = await desk.add('reviewer', 'noa');
    expect(await disableAccount(desk.call(), name)).toEqual({ kind: 'done' });
    expect((await desk.signIn(name)).kind).toBe('refused');
    await enableAccount(desk.call(), name);
    await changeRole(desk.call(), name, 'analyst');
    const reset = await resetPassword(desk.call(), name);
    expect((await desk.signIn(name)).kind).toBe('refused');
    if (reset.kind !== 'reset') throw new Error(reset.kind);
    expect((await desk.signIn(name, reset.password)).kind).toBe('signed_in');
    const entries = await audited(name);
    expect(entries.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      'admin:test account.created',
      'admin:test account.disabled',
      'admin:test account.enabled',
      'admin:test account.role_changed',
      'admin:test account.password_reset',
      'system account.refused',
      'analyst:noa account.signed_in',
    ]);
    expect(JSON.stringify(entries)).not.toContain(reset.password);
    expect(await disableAccount(desk.call(), 'nobody-here')).toEqual({ kind: 'unknown' });
    expect(await resetPassword(desk.call(), 'nobody-here')).toEqual({ kind: 'unknown' });
  });

  it('are never all gone: of two that leave at the same instant one stays', async () => {
    const [one, two] = [await desk.add('admin'), await desk.add('admin')];
    const ends = await Promise.all([
      disableAccount(desk.call(), one.name),
      changeRole(desk.call(), two.name, 'reviewer'),
    ]);
    expect(ends.map(({ kind }) => kind).toSorted()).toEqual(['done', 'last_admin']);
  });
});

describe('the local accounts file', () => {
  const tokeniserOf = (...ids: string[]) => {
    const keys = ids.map((id) => `${id}:${Buffer.alloc(32, id).toString('base64')}`).join(',');
    return createTokeniser(parseKeyring(new Secret(keys)), Buffer.alloc(32));
  };
  const importFile = (file: object, tokeniser = tokeniserOf('k1')) =>
    importAccountsFile({ ...desk.call(), tokeniser }, JSON.stringify(file));
  const hashOf = async (name: string) =>
    (
      await pool.query<{ hash: string }>(
        'select password_hash as hash from accounts where name = $1',
        [name],
      )
    ).rows[0]?.hash;

  it('gives each account its password once, and again only when the file has changed', async () => {
    const file = { reviewer: 'one', reviewer2: 'one', admin: 'two' };
    await importFile(file);
    const session = await desk.signIn('reviewer', 'one');
    expect(session).toMatchObject({ session: { account: { role: 'reviewer' } } });
    expect(await desk.signIn('admin', 'two')).toMatchObject({ kind: 'signed_in' });
    const before = await hashOf('reviewer');
    await importFile(file);
    await importFile(file, tokeniserOf('k2', 'k1'));
    await importFile(file, tokeniserOf('k2'));
    expect(await hashOf('reviewer')).toBe(before);
    if (session.kind !== 'signed_in') throw new Error(session.kind);
    expect(await findSession(desk.call(), session.token)).toBeDefined();

    await importFile({ ...file, reviewer: 'three' }, tokeniserOf('k2'));
    expect((await desk.signIn('reviewer', 'one')).kind).toBe('refused');
    expect((await desk.signIn('reviewer', 'three')).kind).toBe('signed_in');
    expect(await findSession(desk.call(), session.token)).toBeUndefined();
  });

  it('does not undo a password that was changed in the console', async () => {
    const file = { lead: 'from the file' };
    await importFile(file);
    const signedIn = await desk.signIn('lead', 'from the file');
    if (signedIn.kind !== 'signed_in') throw new Error(signedIn.kind);
    const { account } = signedIn.session;
    await changePassword(desk.call(), { account, current: 'from the file', next: password });
    await importFile(file);
    expect((await desk.signIn('lead', password)).kind).toBe('signed_in');
  });

  it('is imported by two processes at once', async () => {
    await Promise.all([importFile({ operator: 'same' }), importFile({ operator: 'same' })]);
    expect((await desk.signIn('operator', 'same')).kind).toBe('signed_in');
  });
});

describe('the check of passwords', () => {
  const cheap = { cost: { logN: 4, r: 1, p: 1 } };

  it('costs the same for a name that nobody has, and never says yes to one', async () => {
    const { inTurn } = createPasswords({ cost: { logN: 13, r: 8, p: 1 } });
    const timed = (hash: string | undefined) =>
      inTurn(async ({ matches }) => {
        const startedMs = performance.now();
        expect(await matches('', hash)).toBe(false);
        return performance.now() - startedMs;
      });
    const stored = await inTurn(({ hash }) => hash(password));
    const known = Math.min(await timed(stored), await timed(stored), await timed(stored));
    const unknown = Math.min(await timed(undefined), await timed(undefined));
    // Only a hash takes that long; the machine may be busy.
    expect(unknown).toBeGreaterThan(known / 4);
  });

  it('takes both spellings of a character, and no salt twice', async () => {
    const { inTurn } = createPasswords(cheap);
    const hashes = await inTurn(async ({ hash }) => [await hash('café'), await hash('café')]);
    expect(hashes[0]).not.toBe(hashes[1]);
    expect(await inTurn(({ matches }) => matches('cafe\u0301', hashes[0]))).toBe(true);
  });

  it('runs one at a time, strangers last, and refuses more than can wait', async () => {
    const { inTurn } = createPasswords({ ...cheap, waitingMax: 2 });
    const order: string[] = [];
    let release: () => void = () => undefined;
    const first = inTurn(() => new Promise<void>((resolve) => (release = resolve)));
    const note = (what: string, isStranger: boolean) =>
      inTurn(
        async () => {
          order.push(`${what} begins`);
          await Promise.resolve();
          order.push(`${what} ends`);
        },
        { isStranger },
      );
    const waiting = [note('stranger', true), note('stranger', true), note('known', false)];
    await expect(note('third stranger', true)).rejects.toThrow(TooManySignIns);
    release();
    await Promise.all([first, ...waiting]);
    expect(order.filter((line) => line.endsWith('begins'))).toEqual([
      'known begins',
      'stranger begins',
      'stranger begins',
    ]);
    expect(order.map((line) => line.split(' ')[1])).toEqual(
      Array.from({ length: 3 }, () => ['begins', 'ends']).flat(),
    );
  });
});
