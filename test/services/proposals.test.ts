import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Proposal } from '../../contracts/v1/proposals.js';
import { listAudit } from '../../db/audit.js';
import { listLevers } from '../../db/partner-levers.js';
import { addEntries } from '../../services/lists/lists.js';
import { switchPartner } from '../../services/partners/levers.js';
import { approveProposal, discardProposal } from '../../services/proposals/decide.js';
import { openDatabase, samePolicies, untilLocked } from './database.js';
import { newKey, processWith } from './lists-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
const pool = () => database.pool;

beforeAll(async () => {
  database = await openDatabase();
});
beforeEach(() => pool().query('delete from proposals; delete from partner_levers'));
afterAll(() => database?.close());

const now = new Date('2026-11-21T12:00:00Z');
const ann = { name: 'operator:ann' };
const decider = (name: string, role: 'operator' | 'analyst' = 'operator') => ({ name, role });

/** Yleo is off, and Ann wants it on again. */
const wantedOn = async (): Promise<Proposal> => {
  const deps = { db: pool(), fourEyes: true };
  const move = (state: 'on' | 'off') =>
    switchPartner(
      { ...deps, actor: ann, now },
      { partner: 'yleo', lever: { state, reason: 'a test' } },
    );
  await move('off');
  const asked = await move('on');
  if (asked.kind !== 'proposed') throw new Error(asked.kind);
  return asked.proposal;
};

const approve = (proposalId: string, by: ReturnType<typeof decider>) =>
  approveProposal({ db: pool(), actor: by, now }, samePolicies(), { proposalId });

const actions = async (object: string) =>
  (await listAudit(pool(), object)).map(({ actor, action }) => [actor, action]);

describe('a change that waits for another person', () => {
  it('is applied once when two approve concurrently, in the name of the first', async () => {
    const { proposalId } = await wantedOn();
    const before = await actions('partner:yleo');
    const holder = await pool().connect();
    await holder.query('begin');
    await holder.query('select from proposals where proposal_id = $1 for update', [proposalId]);
    const both = Promise.all(['bob', 'eve'].map((name) => approve(proposalId, decider(name))));
    await untilLocked(pool());
    await holder.query('rollback');
    holder.release();
    const decided = await both;
    expect(decided.map(({ kind }) => kind).toSorted()).toEqual(['closed', 'decided']);
    const first = decided[0]?.kind === 'decided' ? 'bob' : 'eve';
    expect((await actions('partner:yleo')).slice(before.length)).toEqual([
      [first, 'partner.switched'],
    ]);
    expect(await actions(`proposal:${proposalId}`)).toEqual([
      [ann.name, 'proposal.created'],
      [first, 'proposal.approved'],
    ]);
    expect((await listLevers(pool()))[0]?.state).toBe('on');
  });

  it('may be discarded by its author, and by others only with the rights to make it', async () => {
    const { proposalId } = await wantedOn();
    const discard = (by: ReturnType<typeof decider>) =>
      discardProposal({ db: pool(), actor: by, now }, { proposalId });
    expect(await discard(decider('eve', 'analyst'))).toEqual({ kind: 'forbidden' });
    expect(await discard(decider(ann.name))).toMatchObject({ kind: 'decided' });
    expect(await approve(proposalId, decider('bob'))).toEqual({ kind: 'closed' });
    expect((await actions(`proposal:${proposalId}`)).slice(1)).toEqual([
      [ann.name, 'proposal.discarded'],
    ]);
    expect((await listLevers(pool()))[0]?.state).toBe('off');
  });

  it('is not applied and still waits when an entry of it has expired meanwhile', async () => {
    const { deps } = processWith(pool(), [newKey('k1')]);
    const expiresAt = new Date(Date.now() + 3_600_000);
    const asked = await addEntries({ ...deps, fourEyes: true, actor: ann }, 'allow', [
      { kind: 'email', value: 'dana@example.com', reason: 'our own shopper', expiresAt },
    ]);
    if (asked.kind !== 'proposed') throw new Error(asked.kind);
    const { proposalId } = asked.proposal;
    await pool().query(
      `update proposals set change = jsonb_set(change, '{entries,0,expiresAt}', $2) where
        proposal_id = $1`,
      [proposalId, JSON.stringify(new Date(Date.now() - 1000).toISOString())],
    );
    expect(await approve(proposalId, decider('bob', 'analyst'))).toEqual({ kind: 'refused' });
    const { rows } = await pool().query(
      'select status, (select count(*)::int from list_entries) as n from proposals',
    );
    expect(rows).toEqual([{ status: 'waiting', n: 0 }]);
  });
});
