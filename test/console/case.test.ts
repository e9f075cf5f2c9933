import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleClient, createConsoleClient } from '../support/console-client.js';
import { decided } from '../support/flows.js';
import { order } from '../support/orders.js';
import { makeSettingsFile } from '../support/settings-file.js';
import { type Stack, startStack } from '../support/stack.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import type { Json } from '../support/transactions.js';
import { until } from '../support/until.js';

const passwords = {
  reviewer: 'quince-lantern-84-harbour',
  reviewer2: 'sorrel-anvil-19-meadow',
  operator: 'tamarisk-otter-52-gable',
};

let folder: TempDir;
let settings: ReturnType<typeof makeSettingsFile>;
let stack: Stack;
let ann: ConsoleClient;
let kim: ConsoleClient;

const signedIn = async (name: keyof typeof passwords): Promise<ConsoleClient> => {
  const browser = createConsoleClient(stack.url);
  expect((await browser.signIn(name, passwords[name])).status).toBe(303);
  return browser;
};

beforeAll(async () => {
  folder = makeTempDir();
  const path = join(folder.path, 'accounts.json');
  writeFileSync(path, JSON.stringify(passwords), { mode: 0o600 });
  settings = makeSettingsFile({
    review: { fourEyesAbove: 1000, checklist: ['Address looked up'] },
  });
  stack = await startStack({
    ACCOUNTS_FILE: path,
    TEMPORAL_UI_URL: 'https://temporal.example/ui/',
    VERDICT_SETTINGS: settings.path,
    UNDO_WINDOW: '1m',
  });
  [ann, kim] = await Promise.all([signedIn('reviewer'), signedIn('reviewer2')]);
});

afterAll(async () => {
  await stack?.stop();
  settings?.remove();
  folder?.remove();
});

/** An order that Sardine sends to review. Returns its case. */
const newCase = async (overrides: Json = {}): Promise<{ caseId: string; body: Json }> => {
  const body = order(overrides, '+sardine-high');
  const { transactionId, recommendationCode } = await decided(stack, body);
  expect(recommendationCode).toBe('review');
  const { rows } = await stack.db.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  return { caseId: rows[0]?.case_id ?? '', body };
};

const open = async (browser: ConsoleClient, caseId: string): Promise<string> => {
  const page = await browser.get(`/console/cases/${caseId}`);
  const html = await page.text();
  expect(page.status, html).toBe(200);
  return html;
};

const act = async (
  browser: ConsoleClient,
  caseId: string,
  name: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  browser.post(`/console/cases/${caseId}/${name}`, { csrf: await browser.csrf(), ...fields });

const accept = { recommendationCode: 'accept', reasonCode: 'known_customer' };

/** The words of a page, without its markup. */
const wordsOf = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');

describe('the page of a case', () => {
  it('has words in every panel, and the marks that checks rely on', async () => {
    const { caseId } = await newCase();
    const html = await open(ann, caseId);
    expect(html).toContain(`data-case-id="${caseId}"`);
    expect(html).toContain('data-status="in_review"');
    const words = wordsOf(html);
    for (const part of [
      'In review',
      'says high , counts as',
      'street and postal code match',
      'Who, where, with what',
      'What the score does not say',
      'Nobody has said',
      'What each mistake costs',
      'Too few labelled orders like this',
      'What would change the answer',
      'Without the vote of Sardine it would have been accepted .',
      'the sums add up',
      'Where rules begin',
      'No earlier order of this account or mailbox is stored.',
      'Linked orders are being read',
      'OMS posted the order',
      'On no list.',
      'No note yet.',
      'Address looked up',
      'Run in Temporal',
    ]) {
      expect(words, part).toContain(part);
    }
    expect(html).toContain('href="https://temporal.example/ui/namespaces/default/workflows/');
    for (const name of ['accept', 'reject', 'escalate', 'hold', 'note', 'tag', 'claim', 'next']) {
      expect(html).toMatch(new RegExp(`<button[^>]*data-action="${name}"`));
    }
  });

  it('shows no more of a card than first six and last four digits, also in its raw record', async () => {
    const { caseId, body } = await newCase();
    const pan = String((body['creditCard'] as Json)['cardNumber']);
    const html = await open(ann, caseId);
    expect(html).toContain(`${pan.slice(0, 6)} ···· ${pan.slice(-4)}`);
    const raw = await (await ann.get(`/console/cases/${caseId}/raw`)).text();
    for (const text of [html, raw]) expect(text).not.toContain(pan.slice(0, 9));
  });

  it('shows names as they are: markup is text, and has no style or script of its own', async () => {
    const { caseId } = await newCase({
      customer: { firstName: '<script>alert(1)</script>', lastName: 'ليلى' },
    });
    const html = await open(ann, caseId);
    expect(html).toContain('<bdi>&lt;script&gt;alert(1)&lt;/script&gt; ليلى</bdi>');
    expect(html).not.toMatch(/<script>|\sstyle=|\son[a-z]+="/);
  });

  it('is audited each time that somebody opens it', async () => {
    const { caseId } = await newCase();
    await open(ann, caseId);
    await open(kim, caseId);
    const { rows } = await stack.db.query<{ actor: string }>(
      `select actor from audit join cases c on object = transaction_id
        where c.case_id = $1 and action = 'case.read' order by id`,
      [caseId],
    );
    expect(rows.map(({ actor }) => actor)).toEqual(['reviewer:reviewer', 'reviewer:reviewer2']);
  });

  it('links orders of the same card, with their shoppers, and says what they share', async () => {
    const first = await newCase();
    const { cardNumber } = first.body['creditCard'] as { cardNumber: string };
    const second = await newCase({
      creditCard: { cardNumber },
      customer: { firstName: 'Ines', lastName: 'Marchetti' },
    });
    const good = await decided(stack, order({ creditCard: { cardNumber } }));
    const part = await ann.get(`/console/cases/${first.caseId}/linked`);
    const html = await part.text();
    expect(part.status).toBe(200);
    expect(html).toContain(`href="/console/cases/${second.caseId}"`);
    expect(html).toContain(`href="/console/orders/${good.transactionId}"`);
    expect(html).toContain('<bdi class="name cut" title="Ines Marchetti">');
    expect(html).toContain(`value="${second.caseId}"`);
    expect(wordsOf(html)).toContain('Card');
  });

  it.each(['/console/cases/nothing', '/console/cases/6f9619ff-8b86-5d01-b42d-00cf4fc964ff'])(
    'is a 404 for an address without a case: %s',
    async (path) => {
      expect((await ann.get(path)).status).toBe(404);
    },
  );

  it('is not for operators', async () => {
    const { caseId } = await newCase();
    const operator = await signedIn('operator');
    expect((await operator.get(`/console/cases/${caseId}`)).status).toBe(403);
  });
});

describe('a claim', () => {
  it('makes the page read-only for others, who may take it over with a reason', async () => {
    const { caseId } = await newCase();
    expect((await act(ann, caseId, 'claim')).status).toBe(303);
    expect(await open(ann, caseId)).toContain(
      `data-heartbeat="/console/cases/${caseId}/heartbeat"`,
    );
    const html = await open(kim, caseId);
    expect(wordsOf(html)).toContain('Reviewer works on this case until');
    expect(html).toMatch(/data-action="accept" disabled/);
    const refused = await act(kim, caseId, 'decision', accept);
    expect(refused.status).toBe(409);
    expect(wordsOf(await refused.text())).toContain('Nothing was changed: Reviewer works on');
    expect((await act(kim, caseId, 'take-over', { reason: '' })).status).toBe(409);
    const taken = await act(kim, caseId, 'take-over', { reason: 'Ann is at lunch.' });
    expect(taken.status).toBe(303);
    expect((await act(ann, caseId, 'heartbeat')).status).toBe(409);
    expect((await act(kim, caseId, 'heartbeat')).status).toBe(204);
    expect(wordsOf(await open(ann, caseId))).toContain('Ann is at lunch.');
  });
});

describe('a decision', () => {
  it('opens the next case with a strip to undo it, which others see without the button', async () => {
    const { caseId } = await newCase();
    await newCase();
    const answer = await act(ann, caseId, 'decision', accept);
    expect(answer.status).toBe(303);
    const address = answer.headers.get('location') ?? '';
    expect(address).toMatch(new RegExp(`^/console/cases/[\\w-]+\\?after=${caseId}$`));
    expect(address).not.toContain(`/cases/${caseId}`);
    const next = await (await ann.get(address)).text();
    expect(next).toMatch(/data-undo-seconds="\d+"/);
    expect(wordsOf(next)).toContain('A known customer with good orders. In');
    expect(next).toContain(`action="/console/cases/${caseId}/undo"`);
    const others = await open(kim, caseId);
    expect(others).toMatch(/data-undo-seconds="\d+"/);
    expect(others).not.toContain('data-action="undo"');
    const late = await act(kim, caseId, 'decision', accept);
    expect(wordsOf(await late.text())).toContain(
      'Nothing was changed: Reviewer accepted the order',
    );
    expect((await act(ann, caseId, 'undo')).status).toBe(303);
    expect(wordsOf(await open(ann, caseId))).toContain('Yours until');
  });

  it('swaps the next case in by one answer for htmx', async () => {
    const { caseId } = await newCase();
    await newCase();
    const fields = { csrf: await ann.csrf(), ...accept };
    const path = `/console/cases/${caseId}/decision`;
    const answer = await ann.post(path, fields, { 'hx-request': 'true' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('hx-push-url')).toContain(`?after=${caseId}`);
    expect(await answer.text()).toMatch(/^<title>.*<main class="page case" id="main"/s);
  });

  it('needs another person above the limit', async () => {
    const { caseId } = await newCase({
      orderTotal: 1200,
      creditCard: { authorizedAmount: 1200, fullAmount: 1200 },
    });
    expect((await act(ann, caseId, 'decision', accept)).status).toBe(303);
    const own = await open(ann, caseId);
    expect(wordsOf(own)).toContain('a second person must agree');
    expect(own).toMatch(/data-action="accept" disabled/);
    expect((await act(ann, caseId, 'decision', accept)).status).toBe(409);
    expect(await open(kim, caseId)).not.toMatch(/data-action="accept" disabled/);
    expect((await act(kim, caseId, 'decision', accept)).status).toBe(303);
    expect(await open(ann, caseId)).toMatch(/data-undo-seconds="\d+"/);
    expect((await act(kim, caseId, 'undo')).status).toBe(303);
  });

  it('is refused without a reason, and the page says so', async () => {
    const { caseId } = await newCase();
    const refused = await act(ann, caseId, 'decision', { recommendationCode: 'accept' });
    expect(refused.status).toBe(409);
    expect(wordsOf(await refused.text())).toContain('please choose a reason');
  });

  it('cannot be undone once another has ended the review, and the page says so', async () => {
    const { caseId, body } = await newCase();
    const { caseId: nextId } = await newCase();
    expect((await act(ann, caseId, 'decision', accept)).status).toBe(303);
    const { transactionId } = await decided(stack, body);
    const verdict = { transactionId, recommendationCode: 'reject' };
    expect((await stack.post('/decision', verdict, 'oms')).status).toBe(200);
    const late = await act(ann, caseId, 'undo');
    expect(late.status).toBe(409);
    expect(wordsOf(await late.text())).toContain('Nothing to undo: the review ended otherwise');
    const next = await ann.get(`/console/cases/${nextId}?after=${caseId}`);
    expect(await next.text()).not.toContain('data-undo-seconds');
  });

  it('that came by the API closes the page: it says who decided what', async () => {
    const { caseId, body } = await newCase();
    const { transactionId } = await decided(stack, body);
    const verdict = { transactionId, recommendationCode: 'reject' };
    expect((await stack.post('/decision', verdict, 'reviewer')).status).toBe(200);
    await until('the page says that the case is closed', async () => {
      const words = wordsOf(await open(ann, caseId));
      return words.includes('Nothing is left to decide.') && words.includes('OMS acknowledged');
    });
    expect(await open(ann, caseId)).toMatch(/data-action="reject" disabled/);
  });
});

describe('the other acts', () => {
  it('leave notes, tags, holds and escalations that everybody sees', async () => {
    const { caseId } = await newCase();
    const text = 'Called the shopper.\n@reviewer2 please look, card 4111 1111 1111 1111';
    expect((await act(ann, caseId, 'notes', { text })).status).toBe(303);
    expect((await act(ann, caseId, 'tags', { tag: 'Gift ring' })).status).toBe(303);
    expect(
      (await act(ann, caseId, 'hold', { hours: '4', reason: 'The bank calls back.' })).status,
    ).toBe(303);
    expect((await act(ann, caseId, 'escalation', { reason: 'Too large for me.' })).status).toBe(
      303,
    );
    const words = wordsOf(await open(kim, caseId));
    for (const part of [
      'Called the shopper.',
      'gift-ring',
      'on hold for 3 h 59',
      'escalated by Reviewer',
      'The bank calls back.',
      'Too large for me.',
    ]) {
      expect(words, part).toContain(part);
    }
    expect(words).not.toContain('4111 1111');
    expect((await act(ann, caseId, 'tags', { remove: 'gift-ring' })).status).toBe(303);
    expect(await open(kim, caseId)).not.toContain('<bdi>gift-ring</bdi>');
  });

  it('hold a case until a time of the reader’s clocks, and lose no reason', async () => {
    const { caseId } = await newCase();
    expect(wordsOf(await open(ann, caseId))).toContain('It stays due');
    const at = new Date(Date.now() + 2 * 86_400_000);
    const end = at.toISOString().slice(0, 16);
    for (const fields of [
      { hours: '4', reason: 'no' },
      { hours: '4', until: '2020-01-01T10:00' },
      { hours: '4', until: '2999-01-01T10:00' },
      { hours: 'soon' },
    ]) {
      expect((await act(ann, caseId, 'hold', fields)).status).toBe(409);
    }
    expect((await act(ann, caseId, 'hold', { hours: '4', until: end })).status).toBe(303);
    const { rows } = await stack.db.query<{ held_until: Date }>(
      'select held_until from cases where case_id = $1',
      [caseId],
    );
    expect(rows[0]?.held_until.toISOString().slice(0, 16)).toBe(end);
    expect((await act(ann, caseId, 'hold', { end: 'true', hours: '1' })).status).toBe(303);
    expect(await open(ann, caseId)).not.toContain('on hold for');
  });

  it('put subjects of the order onto a list, with a reason and an end', async () => {
    const { caseId } = await newCase();
    const fields = { list: 'block', subject: 'device', days: '30' };
    expect((await act(ann, caseId, 'lists', { ...fields, reason: '' })).status).toBe(409);
    expect(
      (await act(ann, caseId, 'lists', { ...fields, reason: 'A ring of three.' })).status,
    ).toBe(303);
    expect(wordsOf(await open(ann, caseId))).toContain('device on the list “block”');
    const { rows } = await stack.db.query<{ days: number }>(
      `select round(extract(epoch from expires_at - created_at) / 86400)::integer as days
        from list_entries where list_name = 'block' and reason = 'A ring of three.'`,
    );
    expect(rows).toEqual([{ days: 30 }]);
  });

  it('need the token of the session', async () => {
    const { caseId } = await newCase();
    const answer = await ann.post(`/console/cases/${caseId}/claim`, { csrf: 'wrong' });
    expect(answer.status).toBe(403);
  });
});
