import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { votingPartners } from '../../contracts/voting-partners.js';
import { PartnerList, type PartnerReport, PartnerState } from '../../contracts/v1/partners.js';
import { createPool } from '../../db/pool.js';
import { listAudit } from '../../db/audit.js';
import { reportPartners } from '../../services/partners/health.js';
import { startProxy } from '../support/proxy.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

beforeEach(() => api.pool.query('delete from partner_levers; delete from partner_reports'));

afterAll(() => api?.stop());

const put = (body: unknown, name = 'sardine') =>
  api.ask(`/v1/partners/${name}`, { method: 'PUT', key: 'operator', body: JSON.stringify(body) });

const report = (worker: string, breaker: PartnerReport['breaker'], now: Date) => {
  const said: PartnerReport = {
    breaker,
    breakerSince: now.toISOString(),
    holdOffUntil: null,
    inFlight: 0,
    latency: { checks: 1, p50Ms: 5, p95Ms: 5, p99Ms: 5 },
    faultShare: 0,
    health: null,
  };
  return reportPartners({ db: api.pool, now }, { worker, reports: { sardine: said, yleo: said } });
};

describe('GET /v1/partners', () => {
  it('shows lever, breaker and latency, and which partner has no address in this process', async () => {
    await report('w1', 'half_open', new Date());
    const reply = await api.ask('/v1/partners', { key: 'analyst' });
    const { partners } = PartnerList.parse(reply.json);
    expect(partners.map((one) => [one.name, one.state, one.configured, one.breaker])).toEqual([
      ['sardine', 'on', true, 'half_open'],
      ['yleo', 'on', false, 'half_open'],
    ]);
    expect(partners[0]?.latency?.p99Ms).toBe(5);
    expect(partners[0]?.workers.map(({ worker }) => worker)).toEqual(['w1']);
  });
});

describe('PUT /v1/partners/{name}', () => {
  it('switches the partner; this process goes by it before it answers', async () => {
    const off = await put({ state: 'off', reason: 'maintenance' });
    expect(off.status, off.text).toBe(200);
    const state = { name: 'sardine', state: 'off', reason: 'maintenance' };
    expect(PartnerState.parse(off.json)).toMatchObject({ ...state, changedBy: 'operator:local' });
    expect([...api.deps.controls.current().switchedOff]).toEqual(['sardine']);
    const [row] = (await listAudit(api.pool, 'partner:sardine')).slice(-1);
    expect(row).toMatchObject({
      actor: 'operator:local',
      action: 'partner.switched',
      details: { state: 'off', reason: 'maintenance' },
    });
    const on = await put({ state: 'on', reason: 'it is well again' });
    expect(on.json).toMatchObject({ state: 'on', reason: 'it is well again' });
    expect([...api.deps.controls.current().switchedOff]).toEqual([]);
  });

  it.each(votingPartners)('knows %s', async (name) => {
    expect((await put({ state: 'off', reason: 'maintenance' }, name)).json).toMatchObject({
      name,
      state: 'off',
    });
  });

  it.each(['oms', 'SARDINE', 'constructor'])('answers 404 for %s', async (name) => {
    expect(faultOf(await put({ state: 'off', reason: 'maintenance' }, name))).toEqual([
      404,
      'not_found',
    ]);
  });

  it.each([
    [{ state: 'maybe', reason: 'why' }, '$.state must be one of: on, off'],
    [{ reason: 'why' }, '$.state is required'],
    [{ state: 'on' }, '$.reason is required'],
    [{ state: 'on', reason: ' -12- ab ' }, '$.reason must have at least 3 letters'],
    [{ state: 'on', reason: 'why', banner: 'bay' }, '$ has the unknown field "banner"'],
    [{ state: 'on', reason: 'abc\u0000' }, '$.reason must be well-formed text without NUL'],
  ])('refuses %j', async (body, message) => {
    const reply = await put(body);
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject([{ message }]);
  });
});

describe('GET /metrics', () => {
  const partnerLines = async (at: Api = api) => {
    const reply = await at.ask('/metrics', { key: 'operator' });
    expect(reply.status, reply.text).toBe(200);
    expect(reply.text).toContain('verdict_alarms_total');
    return reply.text.split('\n').filter((line) => line.startsWith('verdict_partner_'));
  };

  const on = ['verdict_partner_on{partner="sardine"} 1', 'verdict_partner_on{partner="yleo"} 1'];
  const breaker = (partner: string, closed: number, open: number) => [
    `verdict_partner_breaker{partner="${partner}",state="closed"} ${closed}`,
    `verdict_partner_breaker{partner="${partner}",state="half_open"} 0`,
    `verdict_partner_breaker{partner="${partner}",state="open"} ${open}`,
  ];

  it('exports lever and breaker of each partner as of the scrape', async () => {
    await put({ state: 'off', reason: 'maintenance' }, 'yleo');
    await report('w1', 'open', new Date());
    const first = await partnerLines();
    expect(first.filter((line) => !line.includes('_seconds'))).toEqual([
      on[0],
      'verdict_partner_on{partner="yleo"} 0',
      ...breaker('sardine', 0, 1),
      ...breaker('yleo', 0, 1),
    ]);
    await report('w1', 'closed', new Date());
    expect(await partnerLines()).toEqual(
      expect.arrayContaining([...breaker('sardine', 1, 0), ...breaker('yleo', 1, 0)]),
    );
  });

  it('exports no breaker when no worker is alive', async () => {
    await report('w1', 'open', new Date(Date.now() - 16_000));
    const shown = await partnerLines();
    expect(shown.filter((line) => line.includes('breaker'))).toEqual([]);
    expect(shown).toEqual(expect.arrayContaining(on));
  });

  it('comes without them while Postgres is away', async () => {
    const address = new URL(inject('postgresUrl'));
    const proxy = await startProxy(address.hostname, Number(address.port));
    const url = new URL(api.databaseUrl);
    url.port = String(proxy.port);
    const pool = createPool({ databaseUrl: url.toString(), connections: 2, timeoutMs: 1000 });
    const fixed = new Date();
    // The clock stands still, so the key stays cached.
    const other = await startApi({ db: pool, now: () => fixed });
    try {
      expect(await partnerLines(other)).toEqual(expect.arrayContaining(on));
      await proxy.cut();
      const shown = await partnerLines(other);
      expect(shown.filter((line) => !line.includes('_seconds'))).toEqual([]);
    } finally {
      await pool.end();
      await other.stop();
      await proxy.close();
    }
  });
});
