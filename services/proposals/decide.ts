import { Policy } from '../../contracts/policy.js';
import type { Proposal, ProposalKind } from '../../contracts/v1/proposals.js';
import type { Role } from '../../contracts/v1/roles.js';
import { insertAudit } from '../../db/audit.js';
import { lockPublication } from '../../db/policies.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { decideProposal, lockProposal, type ProposalRow } from '../../db/proposals.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { readPrepared, storePrepared } from '../lists/prepared.js';
import { moveLeverAudited, readMove } from '../partners/levers.js';
import { PolicyProposal, storePolicy } from '../policies/publish.js';
import { type PolicyDefaults, readPolicy } from '../policies/versions.js';
import type { Actor, Context } from '../context.js';
import { viewProposal } from './propose.js';

interface Decider extends Actor {
  readonly role: Role;
}

/** The context of deciding a proposal; the actor's role must allow it. */
type DecidingContext<Db extends Queryable = Queryable> = Context<'now', Db> & {
  readonly actor: Decider;
};

interface ToDecide {
  readonly proposalId: string;
  readonly note?: string | undefined;
}

export type Decided =
  | { readonly kind: 'decided'; readonly proposal: Proposal }
  /** `stale_base`: what it would change has changed since. `refused`: an entry has expired. */
  | { readonly kind: 'unknown' | 'closed' | 'forbidden' | 'four_eyes' | 'stale_base' | 'refused' };

type Obstacle = Exclude<Decided['kind'], 'decided'>;

/** The role that may make a change may also approve it. */
const roleOf: Readonly<Record<ProposalKind, Role>> = {
  policy: 'analyst',
  list_entries: 'analyst',
  partner: 'operator',
};

const refusalOf = (row: ProposalRow | undefined, { role }: Decider): Obstacle | undefined => {
  if (row === undefined) return 'unknown';
  if (role !== 'admin' && role !== roleOf[row.kind]) return 'forbidden';
  return row.status === 'waiting' ? undefined : 'closed';
};

const applyPolicy = async (
  context: Context<'actor' | 'now'>,
  defaults: PolicyDefaults,
  row: ProposalRow,
): Promise<Obstacle | undefined> => {
  const { banner, base, policy } = PolicyProposal.parse(row.change);
  await lockPublication(context.db, banner);
  const inForce = await readPolicy(context, defaults, banner);
  if (inForce.version !== base) return 'stale_base';
  const change = { policy: Policy.parse(policy), note: row.reason };
  await storePolicy(context, inForce, { banner, change });
  return undefined;
};

/** Makes the proposed change, or returns why this is no longer possible. */
const apply = async (
  context: Context<'actor' | 'now'>,
  defaults: PolicyDefaults,
  row: ProposalRow,
): Promise<Obstacle | undefined> => {
  switch (row.kind) {
    case 'policy':
      return applyPolicy(context, defaults, row);
    case 'partner':
      await moveLeverAudited(context, readMove(row.change));
      return undefined;
    case 'list_entries': {
      const { list, entries } = readPrepared(row.change);
      const added = await storePrepared(context, { list, author: row.author }, entries);
      return added.kind === 'added' ? undefined : 'refused';
    }
    default:
      return row.kind satisfies never;
  }
};

const close = async (
  { db, actor, now }: Context<'actor' | 'now'>,
  row: ProposalRow,
  { status, note = '' }: Omit<ToDecide, 'proposalId'> & { status: 'approved' | 'discarded' },
): Promise<Decided> => {
  const { proposal_id: id, object, author } = row;
  const done = await decideProposal(db, id, { status, by: actor.name, at: now });
  await insertAudit(db, {
    actor: actor.name,
    action: `proposal.${status}`,
    object: `proposal:${id}`,
    details: { of: object, author, ...(note !== '' && { note: maskReason(note) }) },
    at: done.decided_at ?? now,
  });
  return { kind: 'decided', proposal: viewProposal(done) };
};

/**
 * Approves a proposal of another person and makes its change, in one transaction. A proposal with a
 * stale base stays open: somebody has to discard it and propose again.
 */
export const approveProposal = (
  context: DecidingContext<Pool>,
  defaults: PolicyDefaults,
  { proposalId, note }: ToDecide,
): Promise<Decided> =>
  inTransaction(context.db, async (db) => {
    const { actor } = context;
    const inside = { ...context, db };
    const row = await lockProposal(db, proposalId);
    const refusal = refusalOf(row, actor);
    if (row === undefined || refusal !== undefined) return { kind: refusal ?? 'unknown' };
    if (row.author === actor.name) return { kind: 'four_eyes' };
    const obstacle = await apply(inside, defaults, row);
    return obstacle === undefined
      ? close(inside, row, { status: 'approved', note })
      : { kind: obstacle };
  });

/** Closes a proposal without making its change. Its author may do so too. */
export const discardProposal = (
  context: DecidingContext<Pool>,
  { proposalId }: ToDecide,
): Promise<Decided> =>
  inTransaction(context.db, async (db) => {
    const row = await lockProposal(db, proposalId);
    const refusal = refusalOf(row, context.actor);
    if (row === undefined || refusal !== undefined) return { kind: refusal ?? 'unknown' };
    return close({ ...context, db }, row, { status: 'discarded' });
  });
