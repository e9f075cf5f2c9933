import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Seed, seedOrder } from '../api/seed.js';
import type { ConsoleClient } from '../support/console-client.js';
import { exampleSettings } from '../support/rules.js';
import { type Desk, startDesk } from './desk.js';

const points = ['Address looked up', 'Bank / issuer asked'];

let desk: Desk;
let mara: ConsoleClient;
let joss: ConsoleClient;
let maraCsrf: string;
let jossCsrf: string;

beforeAll(async () => {
  desk = await startDesk({ settings: exampleSettings({ review: { checklist: points } }) });
  [mara, joss] = [await desk.signedIn('reviewer', 'mara'), await desk.signedIn('reviewer', 'joss')];
  [maraCsrf, jossCsrf] = [await mara.csrf(), await joss.csrf()];
});
afterAll(() => desk?.stop());

const newCase = async (seed: Seed = {}): Promise<string> => {
  const { rows } = await desk.api.pool.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [await seedOrder(desk.api, seed)],
  );
  return rows[0]?.case_id ?? '';
};

const textOf = async (answer: Promise<Response>, status = 200): Promise<string> => {
  const given = await answer;
  const text = await given.text();
  expect(given.status, text).toBe(status);
  return text;
};

const act = (who: ConsoleClient, path: string, fields: Record<string, string> = {}) =>
  who.post(path, { csrf: who === mara ? maraCsrf : jossCsrf, ...fields });

describe('saved views', () => {
  /** The saved views in a page's side: name, address, count. */
  const savedIn = (html: string): string[][] => {
    const [, list = ''] = /<ul class="saved"[^>]*>(.*?)<\/ul>/s.exec(html) ?? [];
    return [...list.matchAll(/href="([^"]+)".*?<bdi[^>]*>([^<]+)<.*?class="count">(\d+)</gs)].map(
      ([, address = '', name = '', count = '']) => [name, address.replaceAll('&amp;', '&'), count],
    );
  };
  const save = (who: ConsoleClient, fields: Record<string, string>) =>
    act(who, '/console/queue/views', fields);

  it('hold the filters of the page with a count, and only shared ones reach others', async () => {
    await newCase({ banner: 'bay' });
    const own = await save(mara, { name: 'Dear <b>', query: 'min=1&banner=bay' });
    expect(own.headers.get('location')).toBe('/console/queue?banner=bay&min=1');
    await save(mara, { name: 'Bay', query: 'banner=bay', shared: 'true' });
    const html = await textOf(mara.get('/console/queue?banner=bay'));
    expect(savedIn(html)).toEqual([
      ['Bay', '/console/queue?banner=bay', '1'],
      ['Dear &lt;b&gt;', '/console/queue?banner=bay&min=1', '1'],
    ]);
    expect(html).toMatch(/Saved as <b[^>]*>Bay</);
    const others = await textOf(joss.get('/console/queue?banner=bay'));
    expect(savedIn(others)).toEqual([['Bay', '/console/queue?banner=bay', '1']]);
    expect(others).toContain('title="Shared by Mara"');
    expect(others).not.toContain('Remove this view');
  });

  it('need a filter and a name, and say so on the page with the filters', async () => {
    for (const fields of [
      { name: 'Everything', query: '' },
      { name: ' ', query: 'banner=lat' },
    ]) {
      expect(await textOf(save(mara, fields), 422)).toContain('The view was not saved');
    }
  });

  it('are removed by their owner only', async () => {
    const html = await textOf(mara.get('/console/queue?banner=bay'));
    const [, path = ''] = /action="(\/console\/queue\/views\/[\da-f-]+\/removal)"/.exec(html) ?? [];
    expect((await act(joss, path)).status).toBe(404);
    expect((await act(mara, path)).status).toBe(303);
    expect(savedIn(await textOf(joss.get('/console/queue')))).toEqual([]);
  });
});

describe('mentions', () => {
  const unreadIn = (html: string) => Number(/id="side-mentions"[^>]*>(\d*)/.exec(html)?.[1] || 0);
  const mention = async (text: string): Promise<string> => {
    const caseId = await newCase();
    await act(mara, `/console/cases/${caseId}/notes`, { text });
    return caseId;
  };

  it('show the newest first and count the unread ones until they are opened', async () => {
    const first = await mention('@joss <i>look</i> at this');
    const second = await mention('@joss and at this');
    const html = await textOf(joss.get('/console/mentions'));
    expect(html.indexOf('and at this')).toBeLessThan(html.indexOf('&lt;i&gt;look'));
    expect(unreadIn(html)).toBe(2);
    const [newest = ''] = /\/console\/mentions\/\d+/.exec(html) ?? [];
    const opened = await joss.get(newest);
    expect(opened.headers.get('location')).toMatch(
      new RegExp(`^/console/cases/${second}#note-[\\da-f-]{36}$`),
    );
    expect(await textOf(joss.get(`/console/cases/${second}`))).toContain(
      `id="${opened.headers.get('location')?.split('#')[1]}"`,
    );
    expect(unreadIn(await textOf(joss.get('/console/mentions/count')))).toBe(1);
    expect((await mara.get(newest)).status).toBe(404);
    const { rows } = await desk.api.pool.query<{ details: { caseIds: string[] } }>(
      `select details from audit where action = 'mentions.read'`,
    );
    expect(rows[0]?.details.caseIds.toSorted()).toEqual([first, second].toSorted());
  });

  it('are all read at once, but for those that came after the page', async () => {
    const html = await textOf(joss.get('/console/mentions'));
    const [, upTo = ''] = /name="upTo" value="(\d+)"/.exec(html) ?? [];
    await mention('@joss one more');
    const news = await textOf(joss.get(`/console/mentions/news?after=${upTo}`));
    expect(news).toContain('1 new, show them');
    await act(joss, '/console/mentions/read', { upTo });
    expect(unreadIn(await textOf(joss.get('/console/queue')))).toBe(1);
    expect((await act(joss, '/console/mentions/read', { upTo: 'x' })).status).toBe(404);
  });
});

describe('the checklist', () => {
  it('keeps who ticked what for the next reviewer, with an event and an audit row', async () => {
    const caseId = await newCase();
    const [, item = ''] = points;
    const path = `/console/cases/${caseId}/checklist`;
    const part = await mara.post(
      path,
      { csrf: maraCsrf, item, ticked: 'true' },
      { 'HX-Request': 'true' },
    );
    expect(await part.text()).toMatch(/1 of 2/);
    const html = await textOf(joss.get(`/console/cases/${caseId}`));
    expect(html).toMatch(/id="check-2"[^>]* checked/);
    expect(html).toMatch(/Bank \/ issuer asked.*?<bdi>Mara<\/bdi>/s);
    const kinds = async () => {
      const { rows } = await desk.api.pool.query<{ is_ticked: boolean; audited: boolean }>(
        `select (e.details ->> 'isTicked')::boolean as is_ticked, exists (select from audit a
            where a.action = 'case.checked' and a.at = e.at) as audited
          from order_events e join cases c using (transaction_id)
          where c.case_id = $1 and e.kind = 'checked' order by e.id`,
        [caseId],
      );
      return rows;
    };
    expect(await kinds()).toEqual([{ is_ticked: true, audited: true }]);
    expect((await act(joss, path, { item })).status).toBe(303);
    expect(await textOf(mara.get(`/console/cases/${caseId}`))).toContain('took a tick back');
    expect(await kinds()).toHaveLength(2);
  });

  it('takes no tick on a case that somebody else holds, nor of an unknown point', async () => {
    const caseId = await newCase();
    await act(mara, `/console/cases/${caseId}/claim`);
    const path = `/console/cases/${caseId}/checklist`;
    const [item = ''] = points;
    const held = await textOf(act(joss, path, { item, ticked: 'true' }), 409);
    expect(held).toContain('Mara works on the case');
    const unknown = { item: 'Something else', ticked: 'true' };
    expect(await textOf(act(mara, path, unknown), 409)).toContain('no longer in the checklist');
    const { rowCount } = await desk.api.pool.query('select from case_checks where case_id = $1', [
      caseId,
    ]);
    expect(rowCount).toBe(0);
  });
});

describe('the next case, read ahead', () => {
  const decision = { recommendationCode: 'accept', reasonCode: 'known_customer' };
  const opened = async (caseId: string): Promise<string[]> => {
    const { rows } = await desk.api.pool.query<{ actor: string }>(
      `select a.actor from audit a join cases c on c.transaction_id = a.object
        where c.case_id = $1 and a.action = 'case.read'`,
      [caseId],
    );
    return rows.map(({ actor }) => actor);
  };
  const prepare = async (caseId: string): Promise<void> => {
    const referer = `${desk.url}/console/cases/${caseId}?queue=${encodeURIComponent('tag=ahead')}`;
    const path = `/console/cases/${caseId}/prepare`;
    const answer = await mara.post(path, { csrf: maraCsrf }, { 'HX-Current-URL': referer });
    expect(answer.status).toBe(204);
  };
  const decide = async (caseId: string): Promise<string> => {
    const address = `${desk.url}/console/cases/${caseId}?queue=${encodeURIComponent('tag=ahead')}`;
    const headers = { 'HX-Request': 'true', 'HX-Current-URL': address };
    const path = `/console/cases/${caseId}/decision`;
    return textOf(mara.post(path, { csrf: maraCsrf, ...decision }, headers));
  };
  /** Cases that no other test sees, the first of the queue first. */
  const threeCases = async (): Promise<string[]> => {
    await desk.api.pool.query(`delete from case_tags where tag = 'ahead'`);
    const ids = [await newCase(), await newCase(), await newCase()];
    for (const [index, id] of ids.entries()) {
      await act(joss, `/console/cases/${id}/tags`, { tag: 'ahead' });
      const risk = 'update cases set at_risk = $2 where case_id = $1';
      await desk.api.pool.query(risk, [id, 9000 - index]);
    }
    return ids;
  };

  it('is neither opened nor claimed before it is shown, and then audited once', async () => {
    const [first = '', second = ''] = await threeCases();
    await prepare(first);
    const { rows } = await desk.api.pool.query<{ claimed_by: string | null }>(
      'select claimed_by from cases where case_id = $1',
      [second],
    );
    expect([rows[0]?.claimed_by, await opened(second)]).toEqual([null, []]);
    const html = await decide(first);
    expect(html).toContain(`data-case-id="${second}"`);
    expect(await opened(second)).toEqual(['reviewer:mara']);
  });

  it('is shown with the facts that were read, and another one with its own', async () => {
    const readLater = async (caseId: string): Promise<void> => {
      const hit = { id: 'R77', name: 'Read later', points: 45, reason: 'It was read later.' };
      await desk.api.pool.query(
        `update decisions set hits = $2
          where transaction_id = (select transaction_id from cases where case_id = $1)`,
        [caseId, JSON.stringify([hit])],
      );
    };
    const [first = '', second = '', third = ''] = await threeCases();
    await prepare(first);
    await readLater(second);
    const html = await decide(first);
    expect(html).toContain(`data-case-id="${second}"`);
    expect(html).not.toContain('It was read later.');
    await prepare(second);
    await readLater(third);
    await act(joss, `/console/cases/${third}/tags`, { remove: 'ahead' });
    const other = await newCase();
    await act(joss, `/console/cases/${other}/tags`, { tag: 'ahead' });
    await readLater(other);
    expect(await decide(second)).toContain('It was read later.');
  });

  it('shows what others did to it since, and is another one when they have decided it', async () => {
    const [first = '', second = '', third = ''] = await threeCases();
    await prepare(first);
    await act(joss, `/console/cases/${second}/notes`, { text: 'written meanwhile' });
    expect(await decide(first)).toContain('written meanwhile');
    await prepare(second);
    await act(joss, `/console/cases/${third}/decision`, decision);
    expect(await decide(second)).not.toContain(
      `<main class="page case" id="main" data-case-id="${third}"`,
    );
    expect(await opened(third)).toEqual([]);
  });
});

describe('a case whose page was left', () => {
  const secondsLeft = async (caseId: string): Promise<number> => {
    const { rows } = await desk.api.pool.query<{ seconds: number }>(
      `select extract(epoch from claim_until - claimed_at)::integer as seconds from cases
        where case_id = $1`,
      [caseId],
    );
    return rows[0]?.seconds ?? 0;
  };

  it('is free soon, unless another page of it keeps the claim', async () => {
    const caseId = await newCase();
    await act(mara, `/console/cases/${caseId}/claim`);
    const whole = await secondsLeft(caseId);
    await act(joss, `/console/cases/${caseId}/leave`);
    expect(await secondsLeft(caseId)).toBe(whole);
    await act(mara, `/console/cases/${caseId}/leave`);
    expect(await secondsLeft(caseId)).toBeLessThan(whole);
    await act(mara, `/console/cases/${caseId}/heartbeat`);
    expect(await secondsLeft(caseId)).toBeGreaterThanOrEqual(whole);
  });

  it('stays with whom a team lead has given it to', async () => {
    const caseId = await newCase();
    await desk.api.pool.query(
      `update cases set claimed_by = 'reviewer:mara', claimed_at = now(),
        claim_until = now() + interval '3 hours' where case_id = $1`,
      [caseId],
    );
    await act(mara, `/console/cases/${caseId}/leave`);
    expect(await secondsLeft(caseId)).toBe(3 * 3600);
  });
});

describe('the time to undo', () => {
  const windowOf = async (who: ConsoleClient): Promise<number> => {
    const caseId = await newCase();
    const fields = { recommendationCode: 'accept', reasonCode: 'known_customer' };
    await act(who, `/console/cases/${caseId}/decision`, fields);
    const { rows } = await desk.api.pool.query<{ seconds: string }>(
      `select extract(epoch from undo_until - decided_at) as seconds from case_decisions
        where case_id = $1`,
      [caseId],
    );
    return Number(rows[0]?.seconds);
  };
  const choose = (seconds: string) =>
    textOf(act(mara, '/console/account/undo-window', { seconds }));

  it('is as long as its account wants, and never shorter than for all', async () => {
    expect(await choose('60')).toContain('<option value="60" selected');
    expect([await windowOf(mara), await windowOf(joss)]).toEqual([60, 10]);
    await desk.api.pool.query(`update accounts set undo_seconds = 2 where name = 'mara'`);
    expect(await windowOf(mara)).toBe(10);
    await choose('7');
    expect(await windowOf(mara)).toBe(10);
    const { rowCount } = await desk.api.pool.query(
      `select from audit where action = 'account.undo_window_changed' and object = 'mara'`,
    );
    expect(rowCount).toBe(2);
  });
});

it('only a team lead is offered to take an escalation back', async () => {
  const caseId = await newCase();
  await act(mara, `/console/cases/${caseId}/escalation`, { reason: 'part of a ring' });
  const button = async (who: ConsoleClient) =>
    /<button[^>]*data-action="escalate".*?<\/button>/s.exec(
      await textOf(who.get(`/console/cases/${caseId}`)),
    )?.[0] ?? '';
  expect(await button(mara)).toMatch(/ disabled.*Escalated/s);
  const lead = await desk.signedIn('lead', 'lou');
  expect(await button(lead)).toMatch(/De-escalate/);
  expect(await button(lead)).not.toMatch(/ disabled/);
});

it('what an open page asks by itself does not keep a session alive', async () => {
  const seen = async () => {
    const { rows } = await desk.api.pool.query<{ seen: Date }>(
      `select max(last_seen_at) as seen from console_sessions join accounts using (account_id)
        where name = 'joss'`,
    );
    return rows[0]?.seen.getTime();
  };
  const importing = { method: 'POST', key: 'analyst', body: '{"format":"orders"}' } as const;
  const { importId } = (await desk.api.ask('/v1/imports', importing)).json as { importId: string };
  await desk.api.pool.query(`update console_sessions set last_seen_at = now() - interval '5 min'`);
  const before = await seen();
  const news = `queue/news?since=${new Date().toISOString()}`;
  const progress = `imports/${importId}/progress`;
  for (const path of [news, 'queue/rows', 'mentions/count', progress]) {
    await textOf(joss.get(`/console/${path}`));
  }
  expect(await seen()).toBe(before);
  await textOf(joss.get('/console/queue'));
  expect(await seen()).not.toBe(before);
});
