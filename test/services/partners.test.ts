import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { VotingPartner } from '../../contracts/voting-partners.js';
import {
  type BreakerState,
  type PartnerReport,
  PartnerState,
} from '../../contracts/v1/partners.js';
import { listAudit } from '../../db/audit.js';
import { loadControls } from '../../services/controls.js';
import { listPartners, reportPartners } from '../../services/partners/health.js';
import { switchPartner } from '../../services/partners/levers.js';
import { openDatabase, samePolicies } from './database.js';

const now = new Date('2026-11-21T12:00:00.123Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const operator = { name: 'operator:bo' };

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase(10);
});

beforeEach(() => database.pool.query('delete from partner_levers; delete from partner_reports'));

afterAll(() => database?.close());

const reportOf = (breaker: BreakerState, p99Ms: number | null = 300): PartnerReport => ({
  breaker,
  breakerSince: '2026-11-21T11:59:00.000Z',
  holdOffUntil: null,
  inFlight: 2,
  latency: { checks: p99Ms === null ? 0 : 40, p50Ms: p99Ms && 80, p95Ms: p99Ms && 120, p99Ms },
  faultShare: 0.25,
  health: { isHealthy: true, checkedAt: '2026-11-21T11:59:30.000Z' },
});

const report = (
  worker: string,
  sardine: PartnerReport,
  at: Date = now,
  yleo: PartnerReport = reportOf('closed'),
) => reportPartners({ db: database.pool, now: at }, { worker, reports: { sardine, yleo } });

const list = async (configured: readonly VotingPartner[] = ['sardine', 'yleo']) => {
  const partners = await listPartners({ db: database.pool, now }, { configured });
  return partners.map((one) => PartnerState.parse(one));
};
const sardine = async () => (await list()).find(({ name }) => name === 'sardine');

const pull = async (state: 'on' | 'off', reason = '', partner: VotingPartner = 'sardine') => {
  const deps = { db: database.pool, fourEyes: false };
  const given = { partner, lever: { state, reason } };
  return (await switchPartner({ ...deps, actor: operator, now }, given)).kind === 'moved';
};

const audited = async () =>
  (await listAudit(database.pool, 'partner:sardine')).map(({ details }) => details);

describe('the list of partners', () => {
  it('has every partner, on and unheard of, before anything happened; an optional one where it is set up', async () => {
    const silent = {
      state: 'on',
      reason: null,
      changedBy: null,
      changedAt: null,
      breaker: null,
      latency: null,
      health: null,
      workers: [],
    };
    expect(await list(['yleo'])).toEqual([
      { ...silent, name: 'sardine', configured: false },
      { ...silent, name: 'yleo', configured: true },
    ]);
    expect((await list(['custom'])).map(({ name }) => name)).toContain('custom');
  });

  it('lists the report of each live worker, each partner separately', async () => {
    await report('w2', reportOf('closed', 100), now, reportOf('open', 900));
    await report('w1', reportOf('closed', 200), ago(14_999));
    const [first, second] = await list();
    expect(first?.workers).toEqual([
      { ...reportOf('closed', 200), worker: 'w1', reportedAt: ago(14_999).toISOString() },
      { ...reportOf('closed', 100), worker: 'w2', reportedAt: now.toISOString() },
    ]);
    expect([first?.breaker, first?.latency?.p99Ms]).toEqual(['closed', 200]);
    expect([second?.breaker, second?.latency?.p99Ms]).toEqual(['open', 900]);
  });

  it('leaves out workers that have not reported for 15 seconds', async () => {
    await report('gone', reportOf('open', 5000), ago(15_001));
    expect(await sardine()).toMatchObject({ breaker: null, latency: null, workers: [] });
    await report('here', reportOf('closed', 100));
    expect(await sardine()).toMatchObject({ breaker: 'closed', latency: { p99Ms: 100 } });
  });

  it.each([
    [['closed', 'half_open'], 'half_open'],
    [['half_open', 'open', 'closed'], 'open'],
    [['closed', 'closed'], 'closed'],
  ] as const)('of breakers %j shows the worst: %s', async (states, worst) => {
    for (const [index, state] of states.entries()) await report(`w${index}`, reportOf(state));
    expect((await sardine())?.breaker).toBe(worst);
  });

  it("shows the latest probe of the partner's health page, whichever worker made it", async () => {
    const probed = (isHealthy: boolean, checkedAt: string) => ({
      ...reportOf('closed'),
      health: { isHealthy, checkedAt },
    });
    await report('w1', probed(false, '2026-11-21T11:59:40.000Z'));
    await report('w2', probed(true, '2026-11-21T11:59:20.000Z'));
    await report('w3', { ...reportOf('closed'), health: null });
    expect((await sardine())?.health).toEqual({
      isHealthy: false,
      checkedAt: '2026-11-21T11:59:40.000Z',
    });
  });

  it('has the latency of the slowest worker; one without checks does not count', async () => {
    await report('idle', reportOf('closed', null));
    expect((await sardine())?.latency).toEqual(reportOf('closed', null).latency);
    await report('quick', reportOf('closed', 0));
    expect((await sardine())?.latency?.p99Ms).toBe(0);
    await report('slow', reportOf('closed', 1400));
    await report('middle', reportOf('closed', 700));
    expect((await sardine())?.latency?.p99Ms).toBe(1400);
  });

  it('comes although a worker of another release reports in another form', async () => {
    await report('ours', reportOf('half_open'));
    await database.pool.query(
      `insert into partner_reports values ('other', 'sardine', '{"state":1}', $1),
        ('other', 'another', '{}', $1)`,
      [now],
    );
    expect((await sardine())?.workers.map(({ worker }) => worker)).toEqual(['ours']);
  });
});

describe('a report', () => {
  const stored = async () => {
    const { rows } = await database.pool.query<{ worker: string; partner: string }>(
      'select worker, partner from partner_reports order by 1, 2',
    );
    return rows.map(({ worker, partner }) => `${worker} ${partner}`);
  };

  it("replaces the worker's previous report", async () => {
    await report('w1', reportOf('open'), ago(1000));
    await report('w1', reportOf('half_open'));
    expect(await stored()).toEqual(['w1 sardine', 'w1 yleo']);
    expect((await sardine())?.breaker).toBe('half_open');
  });

  it('deletes reports older than an hour, and nothing younger', async () => {
    await report('old', reportOf('closed'), ago(3_600_001));
    await report('younger', reportOf('closed'), ago(3_599_999));
    await report('w1', reportOf('closed'));
    expect(await stored()).toEqual(['w1 sardine', 'w1 yleo', 'younger sardine', 'younger yleo']);
  });

  it('of a worker that slept for hours counts like any other', async () => {
    await report('w1', reportOf('closed'), ago(7_200_000));
    await report('w1', reportOf('open'));
    expect((await sardine())?.breaker).toBe('open');
  });

  it('may be of one partner only, or of none', async () => {
    const reports = { yleo: reportOf('open') };
    await reportPartners({ db: database.pool, now }, { worker: 'w1', reports });
    await reportPartners({ db: database.pool, now }, { worker: 'w2', reports: {} });
    expect((await list()).map(({ breaker }) => breaker)).toEqual([null, 'open']);
    expect(await stored()).toEqual(['w1 yleo']);
  });

  it('of many workers at once all count', async () => {
    const workers = Array.from({ length: 20 }, (_, index) => `w${index}`);
    await report('old', reportOf('closed'), ago(3_600_001));
    await Promise.all(workers.map((worker) => report(worker, reportOf('closed'))));
    expect((await sardine())?.workers).toHaveLength(20);
  });
});

describe('a lever', () => {
  it('moves for one partner, with reason, author and time, and each move is audited', async () => {
    const before = (await audited()).length;
    expect(await pull('off', 'they asked us to')).toBe(true);
    const [first, second] = await list();
    expect(first).toMatchObject({
      state: 'off',
      reason: 'they asked us to',
      changedBy: 'operator:bo',
      changedAt: now.toISOString(),
    });
    expect(second?.state).toBe('on');
    expect([...(await loadControls({ db: database.pool }, samePolicies())).switchedOff]).toEqual([
      'sardine',
    ]);
    expect(await pull('on', 'they are well')).toBe(true);
    expect((await sardine())?.state).toBe('on');
    expect((await audited()).slice(before)).toEqual([
      { state: 'off', reason: 'they asked us to' },
      { state: 'on', reason: 'they are well' },
    ]);
    const [last] = (await listAudit(database.pool, 'partner:sardine')).slice(-1);
    // Later than the move before it, which this test makes at the same time.
    const at = new Date(now.getTime() + 1);
    expect(last).toMatchObject({ actor: 'operator:bo', action: 'partner.switched', at });
  });

  it('that is already there stays, with its reason, and nothing is written', async () => {
    const before = (await audited()).length;
    expect(await pull('on', 'never was off')).toBe(false);
    expect((await sardine())?.changedAt).toBeNull();
    await pull('off', 'first');
    expect(await pull('off', 'second')).toBe(false);
    expect((await sardine())?.reason).toBe('first');
    expect(await audited()).toHaveLength(before + 1);
  });

  it('pulled by twenty at once moves once', async () => {
    const before = (await audited()).length;
    const moved = await Promise.all(Array.from({ length: 20 }, () => pull('off')));
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await audited()).toHaveLength(before + 1);
  });

  it('stores no card number from its reason', async () => {
    await pull('off', 'sent 4111111111111111 to them');
    expect((await sardine())?.reason).toBe('sent 411111*1111 to them');
    expect(JSON.stringify(await audited())).not.toContain('4111111111111111');
  });

  it('does not move when its audit row cannot be written', async () => {
    await database.pool.query('alter table audit rename to audit_away');
    try {
      await expect(pull('off')).rejects.toMatchObject({ code: '42P01' });
    } finally {
      await database.pool.query('alter table audit_away rename to audit');
    }
    expect((await sardine())?.state).toBe('on');
  });
});
