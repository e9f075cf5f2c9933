import { z } from 'zod';
import { proposalKinds, type ProposalStatus, proposalStatuses } from '../contracts/v1/proposals.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const ProposalRow = z.object({
  proposal_id: z.string(),
  kind: z.enum(proposalKinds),
  object: z.string(),
  change: z.record(z.string(), z.unknown()),
  status: z.enum(proposalStatuses),
  reason: z.string(),
  author: z.string(),
  created_at: z.date(),
  decided_by: z.string().nullable(),
  decided_at: z.date().nullable(),
});
export type ProposalRow = z.output<typeof ProposalRow>;

const columns =
  'proposal_id, kind, object, change, status, reason, author, created_at, decided_by, decided_at';

/** An upper bound of one answer: more than anybody leaves waiting. */
const proposalsMax = 500;

/** The newest proposals of one status, newest first. */
export const listProposalRows = async (
  db: Queryable,
  status: ProposalStatus,
): Promise<ProposalRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-proposals',
      text: `select ${columns} from proposals where status = $1
        order by created_at desc, proposal_id limit $2`,
      values: [status, proposalsMax],
    }),
  );
  return parseRows(ProposalRow, rows);
};

/** Reads a proposal and locks it until the commit. */
export const lockProposal = async (
  db: Queryable,
  proposalId: string,
): Promise<ProposalRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'lock-proposal',
      text: `select ${columns} from proposals where proposal_id = $1 for no key update`,
      values: [proposalId],
    }),
  );
  return parseRow(ProposalRow, rows);
};

/** The waiting proposal of the same change by the same author, if any. */
export const findSameProposal = async (
  db: Queryable,
  { object, author, change }: Pick<ProposalRow, 'object' | 'author' | 'change'>,
): Promise<ProposalRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-same-proposal',
      text: `select ${columns} from proposals
        where object = $1 and status = 'waiting' and author = $2 and change = $3::jsonb limit 1`,
      values: [object, author, toJson(change)],
    }),
  );
  return parseRow(ProposalRow, rows);
};

export const insertProposal = async (
  db: Queryable,
  row: Omit<ProposalRow, 'status' | 'decided_by' | 'decided_at'>,
): Promise<ProposalRow> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-proposal',
      text: `insert into proposals (proposal_id, kind, object, change, status, reason, author,
          created_at)
        values ($1, $2, $3, $4, 'waiting', $5, $6, $7) returning ${columns}`,
      values: [
        row.proposal_id,
        row.kind,
        row.object,
        toJson(row.change),
        row.reason,
        row.author,
        row.created_at,
      ],
    }),
  );
  return ProposalRow.parse(rows[0]);
};

/** Closes a waiting proposal that `lockProposal` returned. */
export const decideProposal = async (
  db: Queryable,
  proposalId: string,
  { status, by, at }: { status: 'approved' | 'discarded'; by: string; at: Date },
): Promise<ProposalRow> => {
  const { rows } = await reached(
    db.query({
      name: 'decide-proposal',
      text: `update proposals set status = $2, decided_by = $3,
          decided_at = greatest($4::timestamptz, created_at + interval '1 millisecond')
        where proposal_id = $1 and status = 'waiting' returning ${columns}`,
      values: [proposalId, status, by, at],
    }),
  );
  return ProposalRow.parse(rows[0]);
};
