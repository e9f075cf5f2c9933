import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Seed, seedOrder } from '../api/seed.js';
import type { ConsoleClient } from '../support/console-client.js';
import { type Desk, startDesk } from './desk.js';

let desk: Desk;
let reviewer: ConsoleClient;
let csrf: string;

const minuteMs = 60_000;

/** Seeds a case and returns its id. */
const seedCase = async (seed: Seed): Promise<string> => {
  const transactionId = await seedOrder(desk.api, seed);
  const { rows } = await desk.api.pool.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  return rows[0]?.case_id ?? '';
};

const named = (firstName: string, emailAddress = 'dana@example.com'): Pick<Seed, 'asParsed'> => ({
  asParsed: (order) => ({
    ...order,
    customer: { ...order.customer, firstName, lastName: 'Quill', emailAddress },
  }),
});

const htmlOf = async (answer: Promise<Response>): Promise<string> => {
  const given = await answer;
  expect(given.status).toBe(200);
  return given.text();
};

const idsIn = (html: string): string[] =>
  [...html.matchAll(/<tr[^>]* data-case-id="([\da-f-]{36})"/g)].map(([, id]) => id ?? '');

let late: string;
let script: string;
let bay: string;
let plain: string;

beforeAll(async () => {
  desk = await startDesk();
  reviewer = await desk.signedIn('reviewer', 'mara');
  csrf = await reviewer.csrf();
  late = await seedCase({ orderId: '70010001', dueAt: new Date(Date.now() - 42 * minuteMs) });
  script = await seedCase({ orderId: '70010002', ...named('<script>alert(1)</script>') });
  bay = await seedCase({ orderId: '70010003', banner: 'bay', ...named('عبد الرحمن') });
  plain = await seedCase({ orderId: '70010004', ...named('Noor', 'noor.find@example.com') });
});
afterAll(() => desk?.stop());

describe('the queue', () => {
  it('shows overdue cases first, escapes names, and audits the page with its cases', async () => {
    const html = await htmlOf(reviewer.get('/console/queue'));
    expect(idsIn(html)[0]).toBe(late);
    expect(new Set(idsIn(html))).toEqual(new Set([late, script, bay, plain]));
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; Quill');
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('42 min late');
    expect(html).toMatch(/<bdi class="name cut" title="عبد الرحمن Quill">/);
    const { rows } = await desk.api.pool.query<{ details: { caseIds: string[] } }>(
      `select details from audit where action = 'queue.read' order by id desc limit 1`,
    );
    expect(rows[0]?.details.caseIds.toSorted()).toEqual([late, script, bay, plain].toSorted());
  });

  it('shows every case, although the key of one order is missing', async () => {
    const { pool } = desk.api;
    const id = `(select transaction_id from cases where case_id = '${bay}')`;
    const { rows } = await pool.query<{ body: Buffer }>(
      `select body from transactions where transaction_id = ${id}`,
    );
    const store = (body: Buffer | undefined) =>
      pool.query(`update transactions set body = $1 where transaction_id = ${id}`, [body]);
    await store(Buffer.from('sealed with a key that is gone'));
    const html = await htmlOf(reviewer.get('/console/queue'));
    await store(rows[0]?.body);
    expect(idsIn(html)).toHaveLength(4);
    expect(html).toContain('cannot be opened');
  });

  it.each([
    ['banner=bay', () => [bay]],
    ['view=overdue', () => [late]],
    ['banner=bay&banner=lat', () => [bay]],
    ['max=1', () => []],
    ['who=me', () => []],
    ['status=closed', () => []],
    ['min=&max=&rule=&tag=&banner=bay', () => [bay]],
  ])(
    'keeps the filter %s in its address and leaves the other cases out',
    async (search, wanted) => {
      const html = await htmlOf(reviewer.get(`/console/queue?${search}`));
      expect(idsIn(html)).toEqual(wanted());
    },
  );

  it.each(['banner=nowhere', 'min=-1', 'sort=upside', 'cursor=%00', 'view=%3Cscript%3E', 'age=x'])(
    'ignores what it does not know: %s',
    async (search) => {
      expect(idsIn(await htmlOf(reviewer.get(`/console/queue?${search}`)))).toHaveLength(4);
    },
  );

  it('can be filtered by each person at the desk, also by one who has left it', async () => {
    const html = await htmlOf(reviewer.get('/console/queue?who=reviewer%3Agone'));
    const [, list = ''] = /<select[^>]*name="who">(.*?)<\/select>/s.exec(html) ?? [];
    const options = [...list.matchAll(/<option value="([^"]*)"( selected)?/g)];
    const values = options.map(([, value]) => value);
    expect(values).toEqual(['', 'me', 'nobody', 'reviewer:mara', 'reviewer:gone']);
    expect(options.filter(([, , chosen]) => chosen).map(([, value]) => value)).toEqual([
      'reviewer:gone',
    ]);
  });

  it('offers to clear the last filter when none of the cases passes', async () => {
    const html = await htmlOf(reviewer.get('/console/queue?banner=bay&tag=gift-ring'));
    expect(html).toContain(
      '<a class="btn" href="/console/queue?banner=bay">Clear the filter “tag”',
    );
  });

  it('counts what is new for these filters and shows it only when asked', async () => {
    const since = new Date(Date.now() - 1).toISOString();
    const more = await seedCase({ orderId: '70010005', banner: 'lat' });
    const news = (search: string) =>
      htmlOf(reviewer.get(`/console/queue/news?${search}&since=${since}`));
    expect(await news('banner=lat')).toMatch(/data-new="1">1 new, show them/);
    expect(await news('banner=bay')).not.toContain('data-new');
    const told = `banner=lat&case=${more}`;
    const future = new Date(Date.now() + minuteMs).toISOString();
    const later = `/console/queue/news?${told}&since=${future}`;
    expect(await htmlOf(reviewer.get(later))).toMatch(/data-new="1"/);
    expect(await news('banner=bay')).toMatch(/id="side-open" data-part="?[^>]*>5</);
    await desk.api.pool.query(`update cases set status = 'closed' where case_id = $1`, [more]);
  });

  it('gives single rows as they are now', async () => {
    const html = await htmlOf(reviewer.get(`/console/queue/rows?case=${bay}&case=${plain}`));
    expect(idsIn(html)).toEqual([bay, plain]);
    expect(await htmlOf(reviewer.get('/console/queue/rows?case=nonsense'))).not.toContain('<tr');
  });
});

describe('the search', () => {
  const find = (text: string) => reviewer.post('/console/queue/find', { csrf, find: text });

  it('finds by e-mail with nothing personal in an address', async () => {
    const answer = await find('noor.find@example.com');
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(idsIn(html)).toEqual([plain]);
    expect(html).not.toMatch(/(href|action|data-[a-z]+)="[^"]*noor/i);
    expect((await reviewer.get('/console/queue/find?find=noor')).status).toBe(404);
  });

  it('opens the case of an order number, and says what to type when nothing is found', async () => {
    expect((await find('70010003')).headers.get('location')).toBe(`/console/cases/${bay}`);
    expect(await (await find('nobody@example.com')).text()).toContain('Nothing found');
  });
});

describe('the next case', () => {
  it('is claimed by the filters of the page, and others see who works on it', async () => {
    const other = await desk.signedIn('reviewer', 'joss');
    const fields = { csrf: await other.csrf(), from: '/console/queue?banner=bay' };
    const answer = await other.post('/console/queue/next', fields);
    expect(answer.headers.get('location')).toBe(`/console/cases/${bay}?queue=banner%3Dbay`);
    const none = await other.post('/console/queue/next', fields);
    expect(none.headers.get('location')).toBe('/console/queue?banner=bay&none=1');
    const html = await htmlOf(reviewer.get('/console/queue?banner=bay'));
    expect(html).toMatch(/data-held="Mara"/);
    expect(idsIn(await htmlOf(other.get('/console/queue?view=mine')))).toEqual([bay]);
  });
});

describe('several cases at once', () => {
  const chosen = (path: string, act: string, fields: Record<string, string>, ids: string[]) => {
    const body = new URLSearchParams({ csrf, act, ...fields });
    for (const id of ids) body.append('case', id);
    const cookie = [...reviewer.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return fetch(`${desk.url}/console/queue/bulk${path}`, {
      ...{ method: 'POST', body, redirect: 'manual' },
      headers: { cookie },
    });
  };

  it('are tagged by a code', async () => {
    const bad = await chosen('/tag', 'tag', { tag: 'Not a Code' }, [script, plain]);
    expect(await bad.text()).toContain('A tag is a short code');
    const answer = await chosen('/tag', 'tag', { tag: 'gift-ring' }, [script, plain]);
    expect(answer.headers.get('location')).toBe('/console/queue?tag=gift-ring');
    const html = await htmlOf(reviewer.get('/console/queue?tag=gift-ring'));
    expect(new Set(idsIn(html))).toEqual(new Set([script, plain]));
  });

  it('lead back to the view that they were chosen in, and nowhere else', async () => {
    const from = '/console/queue?banner=bay&sort=age';
    const preview = await (await chosen('', 'reject', { from }, [bay])).text();
    expect(preview).toContain('name="from" value="/console/queue?banner=bay&amp;sort=age"');
    expect(preview).toContain('href="/console/queue?banner=bay&amp;sort=age"');
    const tagged = await chosen('/tag', 'tag', { tag: 'seen', from }, [bay]);
    expect(tagged.headers.get('location')).toBe(from);
    const foreign = { from: 'https://example.com/?banner=bay' };
    const kept = await (await chosen('', 'tag', foreign, [bay])).text();
    expect(kept).toContain('name="from" value="/console/queue?banner=bay"');
  });

  it('are previewed with those that are left out, and then decided', async () => {
    const preview = await (await chosen('', 'reject', {}, [script, plain, bay])).text();
    expect(preview).toContain('Reject 2 orders?');
    expect(preview).toContain('Left out: Mara works on it');
    const count = () => desk.api.pool.query(`select from case_decisions where state = 'pending'`);
    expect((await count()).rowCount).toBe(0);
    const fields = { reasonCode: 'stolen_card' };
    const report = await (await chosen('/decision', 'reject', fields, [script, plain, bay])).text();
    expect(report).toContain('2 orders decided');
    expect(report).toContain('1 left out');
    expect(report).toContain('In 10 s OMS is told to cancel them');
    expect((await count()).rowCount).toBe(2);
    expect(idsIn(await htmlOf(reviewer.get('/console/queue')))).not.toContain(script);
  });
});

it('who works from a view stays in it: neighbours, the next case, and the way back are its own', async () => {
  const ring = [
    await seedCase({ orderId: '70010021' }),
    await seedCase({ orderId: '70010022' }),
    await seedCase({ orderId: '70010023' }),
  ];
  await desk.api.pool.query(
    `insert into case_tags (case_id, tag, added_by, added_at)
      select unnest($1::uuid[]), 'view-ring', 'reviewer:kim', now()`,
    [ring],
  );
  const queue = '/console/queue?tag=view-ring';
  const html = await htmlOf(reviewer.get(queue));
  const listed = idsIn(html);
  expect(listed.toSorted()).toEqual(ring.toSorted());
  const addressOf = (caseId = '') => `/console/cases/${caseId}?queue=tag%3Dview-ring`;
  for (const caseId of ring) expect(html).toContain(`href="${addressOf(caseId)}"`);
  const page = await htmlOf(reviewer.get(addressOf(listed[1])));
  expect(page).toContain(`href="${addressOf(listed[0])}" rel="prev"`);
  expect(page).toContain(`href="${addressOf(listed[2])}" rel="next"`);
  expect(page).toContain(`href="${queue}" data-action="queue"`);
  expect(page).toContain('By priority, filtered');
  const fields = { csrf, recommendationCode: 'accept', reasonCode: 'known_customer' };
  const from = { referer: `${desk.url}${addressOf(listed[1])}` };
  const answer = await reviewer.post(`/console/cases/${listed[1]}/decision`, fields, from);
  expect(answer.headers.get('location')).toBe(`${addressOf(listed[0])}&after=${listed[1]}`);
});

it('a decision leads to the next case, and the last one to itself, to be undone there', async () => {
  const only = await seedCase({ orderId: '70010009' });
  await desk.api.pool.query(
    `update cases set claimed_by = 'reviewer:kim', claimed_at = now(),
      claim_until = now() + interval '1 hour' where case_id <> $1`,
    [only],
  );
  const fields = { csrf, recommendationCode: 'accept', reasonCode: 'known_customer' };
  const answer = await reviewer.post(`/console/cases/${only}/decision`, fields);
  expect(answer.status).toBe(303);
  const address = answer.headers.get('location') ?? '';
  expect(address).toMatch(new RegExp(`^/console/cases/${only}(\\?|$)`));
  expect(await htmlOf(reviewer.get(address))).toMatch(/data-undo-seconds="\d+"/);
});
