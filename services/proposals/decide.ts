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
import { type PolicyDeps, PolicyProposal, storePolicy } from '../policies/publish.js';
import { readPolicy } from '../policies/versions.js';
import type { Actor } from '../context.js';
import { viewProposal } from './propose.js';

export interface Decider extends Actor {
  readonly role: Role;
}

export interface ToDecide {
  readonly proposalId: string;
  readonly note?: string | undefined;
  readonly now: Date;
}

export type Decided =
  | { readonly kind: 'decided'; readonly proposal: Proposal }
  /** `stale_base`: what it would change is not as it was. `refused`: an entry has expired. */
  | { readonly kind: 'unknown' | 'closed' | 'forbidden' | 'four_eyes' | 'stale_base' | 'refused' };

type Against = Exclude<Decided['kind'], 'decided'>;

/** A change is approved by whoever could have made it. */
const roleOf: Readonly<Record<ProposalKind, Role>> = {
  policy: 'analyst',
  list_entries: 'analyst',
  partner: 'operator',
};

const refusalOf = (row: ProposalRow | undefined, { role }: Decider): Against | undefined => {
  if (row === undefined) return 'unknown';
  if (role !== 'admin' && role !== roleOf[row.kind]) return 'forbidden';
  return row.status === 'waiting' ? undefined : 'closed';
};

const applyPolicy = async (
  db: Queryable,
  { defaults }: Pick<PolicyDeps, 'defaults'>,
  actor: Actor,
  { row, now }: { readonly row: ProposalRow; readonly now: Date },
): Promise<Against | undefined> => {
  const { banner, base, policy } = PolicyProposal.parse(row.change);
  await lockPublication(db, banner);
  const inForce = await readPolicy(db, defaults, banner);
  if (inForce.version !== base) return 'stale_base';
  const change = { policy: Policy.parse(policy), note: row.reason };
  await storePolicy(db, actor, inForce, { banner, change, now });
  return undefined;
};

/** Does what was proposed; or tells why it cannot be done any more. */
const apply = async (
  db: Queryable,
  deps: Pick<PolicyDeps, 'defaults'>,
  actor: Actor,
  { row, now }: { readonly row: ProposalRow; readonly now: Date },
): Promise<Against | undefined> => {
  switch (row.kind) {
    case 'policy':
      return applyPolicy(db, deps, actor, { row, now });
    case 'partner':
      await moveLeverAudited(db, actor, { ...readMove(row.change), now });
      return undefined;
    case 'list_entries': {
      const { list, entries } = readPrepared(row.change);
      const added = await storePrepared(db, { list, author: row.author }, entries);
      return added.kind === 'added' ? undefined : 'refused';
    }
    default:
      return row.kind satisfies never;
  }
};

const close = async (
  db: Queryable,
  actor: Actor,
  row: ProposalRow,
  { status, note = '', now }: Omit<ToDecide, 'proposalId'> & { status: 'approved' | 'discarded' },
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
 * Makes a change that somebody else has proposed, in one step with its end. One that was proposed
 * on what is not as it was stays as it is: it is discarded and made anew.
 */
export const approveProposal = (
  deps: { readonly pool: Pool } & Pick<PolicyDeps, 'defaults'>,
  actor: Decider,
  { proposalId, note, now }: ToDecide,
): Promise<Decided> =>
  inTransaction(deps.pool, async (db) => {
    const row = await lockProposal(db, proposalId);
    const refusal = refusalOf(row, actor);
    if (row === undefined || refusal !== undefined) return { kind: refusal ?? 'unknown' };
    if (row.author === actor.name) return { kind: 'four_eyes' };
    const against = await apply(db, deps, actor, { row, now });
    return against === undefined
      ? close(db, actor, row, { status: 'approved', note, now })
      : { kind: against };
  });

/** Ends a proposal without making its change; its author may too. */
export const discardProposal = (
  pool: Pool,
  actor: Decider,
  { proposalId, now }: ToDecide,
): Promise<Decided> =>
  inTransaction(pool, async (db) => {
    const row = await lockProposal(db, proposalId);
    const refusal = refusalOf(row, actor);
    if (row === undefined || refusal !== undefined) return { kind: refusal ?? 'unknown' };
    return close(db, actor, row, { status: 'discarded', now });
  });
