import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedOrder } from '../api/seed.js';
import type { ConsoleClient } from '../support/console-client.js';
import { type Desk, startDesk } from './desk.js';

let desk: Desk;
let reviewer: ConsoleClient;
let lead: ConsoleClient;

/** Seeds a case and returns its id. */
const seedCase = async (): Promise<string> => {
  const transactionId = await seedOrder(desk.api);
  const { rows } = await desk.api.pool.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  return rows[0]?.case_id ?? '';
};

const htmlOf = async (answer: Promise<Response>): Promise<string> => {
  const given = await answer;
  expect(given.status).toBe(200);
  return given.text();
};

const withFields = (
  form: URLSearchParams,
  fields: Readonly<Record<string, string>>,
): URLSearchParams => new URLSearchParams([...form, ...Object.entries(fields)]);

beforeAll(async () => {
  desk = await startDesk();
  [reviewer, lead] = [await desk.signedIn('reviewer', 'mara'), await desk.signedIn('lead', 'lea')];
  await desk.api.pool.query(
    `update accounts set display_name = '<b>Mara</b> Arden' where name = 'mara'`,
  );
});
afterAll(() => desk?.stop());

describe('my day', () => {
  it('tells somebody new why it is empty, and what is missing is not a zero', async () => {
    const html = await htmlOf(reviewer.get('/console/me'));
    expect(html).toContain('You have decided nothing in the last 28 days.');
    expect(html).toContain('<span class="unsaid">no label yet</span>');
    expect(html).toContain('No case is open.');
    expect(html).toContain('0 decided today');
  });

  it('counts a decision at once, on the page and in the side, and leads to what waits', async () => {
    const [decided] = [await seedCase(), await seedCase()];
    await desk.api.pool.query(
      `insert into case_decisions (decision_id, case_id, round, outcome, reason_code, state,
          decided_by, decided_at, claimed_at)
        values (gen_random_uuid(), $1, 0, 'accept', 'x', 'applied', 'reviewer:mara', now(),
          now() - interval '220 seconds')`,
      [decided],
    );
    const html = await htmlOf(reviewer.get('/console/me'));
    expect(html).toContain('1 accepted, 0 rejected');
    expect(html).toContain('3 min 40 s');
    expect(html).toMatch(/<span id="side-decided" data-part="[^"]*">1 decided today</);
    expect(html).toContain('<a href="/console/queue?sort=age">2</a>');
  });
});

describe('the team', () => {
  it('is shown to leads alone, by display name, with a link to what each holds', async () => {
    expect((await reviewer.get('/console/team')).status).toBe(403);
    const html = await htmlOf(lead.get('/console/team?days=28'));
    expect(html).toContain('By reviewer: last 28 days');
    expect(html).toContain('&lt;b&gt;Mara&lt;/b&gt; Arden');
    expect(html).toContain('href="/console/queue?who=reviewer%3Amara"');
    expect(html).toContain('Team lead');
  });
});

describe('assigning several cases', () => {
  const chosen = async () => {
    const ids = [await seedCase(), await seedCase()];
    const form = new URLSearchParams(ids.map((id): [string, string] => ['case', id]));
    return { ids, form };
  };

  it('asks to whom and why, gives them, and tells what was left out', async () => {
    const { ids, form } = await chosen();
    const csrf = await lead.csrf();
    expect(await htmlOf(lead.get('/console/queue'))).toContain('value="assign"');
    const asked = await htmlOf(
      lead.post('/console/queue/bulk', withFields(form, { csrf, act: 'assign' })),
    );
    expect(asked).toContain('Assign 2 cases');
    expect(asked).toContain('<option value="reviewer:mara">');
    const send = (fields: Record<string, string>) =>
      htmlOf(lead.post('/console/queue/bulk/assignment', withFields(form, { csrf, ...fields })));
    expect(await send({ to: 'reviewer:nobody', reason: 'she knows' })).toContain(
      'Choose who gets the cases.',
    );
    expect(await send({ to: 'reviewer:mara', reason: '..' })).toContain('Say why');
    await desk.api.pool.query(
      `update cases set status = 'closed', closed_at = now() where case_id = $1`,
      [ids[1]],
    );
    const done = await send({ to: 'reviewer:mara', reason: 'She knows this ring.' });
    expect(done).toContain('1 case assigned to &lt;b&gt;Mara&lt;/b&gt; Arden');
    expect(done).toContain('Left out: it is closed');
    expect(await htmlOf(lead.get('/console/queue?who=reviewer%3Amara'))).toContain(ids[0]);
  });

  it('is not for reviewers', async () => {
    const { form } = await chosen();
    const csrf = await reviewer.csrf();
    expect(await htmlOf(reviewer.get('/console/queue'))).not.toContain('value="assign"');
    for (const [path, act] of [
      ['/console/queue/bulk', 'assign'],
      ['/console/queue/bulk/assignment', ''],
    ] as const) {
      expect((await reviewer.post(path, withFields(form, { csrf, act }))).status).toBe(403);
    }
  });
});
