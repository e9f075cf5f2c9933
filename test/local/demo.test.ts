import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import { isLuhnValid } from '../../domain/luhn.js';
import { createOrderGenerator } from '../../local/demo/generate.js';
import { planOrders } from '../../local/demo/plan.js';
import { stories } from '../../local/demo/stories.js';
import { commandOf } from '../../runtime/launcher.js';
import { freePort } from '../support/ports.js';
import { keys, type Stack, startStack } from '../support/stack.js';
import { makeTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const now = new Date('2026-11-21T12:00:00Z');

const startDemo = (args: string[], env: Record<string, string>) => {
  const [program, ...rest] = commandOf('local/demo-main.ts', ...args);
  return spawn(program, rest, {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

const runDemo = async (args: string[], env: Record<string, string>) => {
  const demo = startDemo(args, env);
  const [out, err] = await Promise.all([text(demo.stdout), text(demo.stderr), once(demo, 'exit')]);
  return { code: demo.exitCode, out, err };
};

const orders = (seed: number, count: number) => {
  const generate = createOrderGenerator(seed);
  return Array.from({ length: count }, (_, index) => generate({ orderId: `D-${index}`, now }));
};

const planned = (seed: number, count: number) =>
  planOrders(seed, count).map(({ write, desk }, index) => ({
    ...{ ...write({ orderId: `P-${index}`, now }), desk },
  }));

describe('the orders of the demo', () => {
  it('are orders by the contract, with sums that add up and published test cards', () => {
    for (const { body } of [...orders(7, 400), ...planned(7, 150)]) {
      const parsed = parseTransaction(body);
      expect(parsed.ok ? [] : parsed.faults).toEqual([]);
      expect(isLuhnValid(body.creditCard.cardNumber)).toBe(true);
      const goods = body.items.reduce((sum, item) => sum + item.extendedPrice, 0);
      const promotion = body.promos?.[0]?.promotionAmount ?? 0;
      expect(body.orderTotal).toBeCloseTo(goods + body.shippingCost - promotion, 2);
    }
  });

  it('any 40 from a start hold every story, every banner, both countries and store orders', () => {
    const some = orders(3, 40);
    expect(new Set(some.map(({ story }) => story)).size).toBe(stories.length);
    const bodies = some.map(({ body }) => body);
    expect(new Set(bodies.map(({ banner }) => banner))).toEqual(
      new Set(['lat', 's5a', 'o5a', 'bay']),
    );
    expect(new Set(bodies.map(({ currencyCode }) => currencyCode)).size).toBe(2);
    expect(new Set(bodies.map(({ source }) => source))).toEqual(new Set(['web', 'store']));
    expect(new Set(bodies.map(({ customer }) => customer.customerType)).size).toBe(3);
    expect(new Set(bodies.map(({ creditCard }) => creditCard.cardType)).size).toBe(4);
  });

  it('a seed repeats its stream, another one does not', () => {
    expect(orders(5, 50)).toEqual(orders(5, 50));
    expect(orders(5, 50)).not.toEqual(orders(6, 50));
    expect(planned(5, 150)).toEqual(planned(5, 150));
  });

  it('linked stories share the card, the device, the place or the account, and nothing else', () => {
    const all = planned(11, 150);
    const distinct = (story: string) => {
      const bodies = all.filter((one) => one.story === story).map(({ body }) => body);
      const count = (of: (body: (typeof bodies)[number]) => unknown) =>
        new Set(bodies.map(of)).size;
      return {
        orders: bodies.length,
        cards: count(({ creditCard }) => creditCard.cardNumber),
        devices: count(({ additionalData }) => additionalData.inAuthId),
        places: count(({ items }) => items[0]?.shippingAddress.streetLineOne),
        mailboxes: count(({ customer }) => customer.emailAddress),
        networks: count(({ ipAddress }) => ipAddress),
      };
    };
    const six = { orders: 6, cards: 6, devices: 6, places: 6, mailboxes: 6, networks: 6 };
    expect(distinct('one card, six names')).toEqual({ ...six, cards: 1 });
    expect(distinct('one device, six accounts')).toEqual({ ...six, devices: 1 });
    expect(distinct('one address, six people')).toEqual({ ...six, places: 1 });
    expect(distinct('cards tried out with small orders')).toMatchObject({ cards: 7, networks: 1 });
    expect(distinct('account takeover')).toMatchObject({ cards: 2, devices: 2, mailboxes: 1 });
  });

  it('fewer than a hundred orders are the stream alone', () => {
    expect(planned(5, 99).map(({ body }) => body.customer)).toEqual(
      orders(5, 99).map(({ body }) => body.customer),
    );
  });
});

describe('npm run demo', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ UNDO_WINDOW: '1s' });
  });
  afterAll(async () => {
    await stack?.stop();
  });

  const environment = () => ({
    PORT: stack.env['PORT'] ?? '',
    API_KEYS_FILE: stack.env['API_KEYS_FILE'] ?? '',
  });

  const count = async (where: string): Promise<number> => {
    const found = await stack.db.query<{ count: string }>(`select count(*) from ${where}`);
    return Number(found.rows[0]?.count);
  };

  it('leaves outcomes of all kinds, late cases, and what the desk did, and says so', async () => {
    const database = { DATABASE_URL: stack.env['DATABASE_URL'] ?? '' };
    const { code, out, err } = await runDemo(['--count', '100', '--rate', '4', '--seed', '4'], {
      ...environment(),
      ...database,
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('orders: 100 of 100');
    for (const outcome of ['accept', 'review', 'reject']) {
      expect(out).toMatch(new RegExp(`^ {4}${outcome} +[1-9]`, 'm'));
    }
    const said = (what: string) =>
      Number(new RegExp(`^ {4}${what} +(\\d+)`, 'm').exec(out)?.[1] ?? 0);
    expect(said('decided')).toBeGreaterThan(0);
    // A slow machine leaves some orders undecided until later.
    expect(said('open')).toBeGreaterThan(0.3 * (100 - said('undecided')));
    await until('the decisions cannot be undone any more', async () => {
      return (await count('verdicts')) === said('decided');
    });
    expect(await count("cases where status = 'open'")).toBe(said('open'));
    for (const what of ['with notes', 'escalated', 'on hold']) {
      expect(said(what)).toBeGreaterThan(0);
    }
    expect(await count('cases where due_at < now()')).toBeGreaterThan(2);
    const opened = 'cases join transactions using (transaction_id)';
    expect(await count(`${opened} where received_at > opened_at or opened_at > due_at`)).toBe(0);
    expect(out).toMatch(/p50 +\d+ ms/);
    expect(out).toContain(`${stack.url}/v1/cases?status=open`);
    expect(out).not.toContain(keys.reviewer);
    expect(out).not.toContain('\u001b');
  });

  it('the same seed again sends new orders', async () => {
    const before = await count('transactions');
    expect((await runDemo(['--count', '5', '--rate', '20'], environment())).code).toBe(0);
    expect((await runDemo(['--count', '5', '--rate', '20'], environment())).code).toBe(0);
    expect(await count('transactions')).toBe(before + 10);
  });

  it('with --stay orders keep coming until Ctrl-C', async () => {
    const before = await count('transactions');
    const demo = startDemo(['--count', '1', '--stay'], environment());
    const ended = once(demo, 'exit');
    await until('an order came after those that were asked for', async () => {
      return (await count('transactions')) > before + 1;
    });
    demo.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  });

  it('a foreign keys file is named and nothing is sent', async () => {
    const folder = makeTempDir();
    try {
      const file = join(folder.path, 'keys.json');
      writeFileSync(file, JSON.stringify({ oms: 'not-this-one', reviewer: 'nor-this' }));
      const { code, err } = await runDemo([], { ...environment(), API_KEYS_FILE: file });
      expect(code).toBe(1);
      expect(err).toContain('does not know the oms key');
      expect(err).not.toContain('not-this-one');
    } finally {
      folder.remove();
    }
  });
});

describe('npm run demo without an instance', () => {
  it('says that nothing runs, or that there are no keys, and how to start', async () => {
    const folder = makeTempDir();
    try {
      const env = { VAR_DIR: folder.path, PORT: String(await freePort()) };
      const bare = await runDemo([], env);
      expect(bare.code).toBe(1);
      expect(bare.err).toMatch(/There is no keys file at .*npm start/);
      mkdirSync(folder.path, { recursive: true });
      writeFileSync(join(folder.path, 'keys.json'), JSON.stringify(keys));
      const silent = await runDemo([], env);
      expect(silent.code).toBe(1);
      expect(silent.err).toMatch(/Nothing answers at .*npm start/);
    } finally {
      folder.remove();
    }
  });

  it.each([
    [['--count', '0'], '--count must be'],
    [['--rate', 'fast'], '--rate must be'],
    [['--seed', '-1'], '--seed'],
    [['--speed', '3'], '--speed'],
  ])('%j is refused with usage and exit code 2', async (args, told) => {
    const { code, err } = await runDemo(args, {});
    expect(code).toBe(2);
    expect(err).toContain(told);
    expect(err).toContain('Usage:');
  });
});
