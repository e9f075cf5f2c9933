import { z } from 'zod';
import { type EvidenceSubject, evidenceSubjects } from '../domain/evidence.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/**
 * Statement numbers to search in any case, since expired ones leave gaps; beyond them, the search
 * continues while it finds any.
 */
const numbersAtLeast = 8;

/** All evidence from the successive statements about a thing, withdrawn or not. */
const statedText = `with recursive statement(source, root, number, reference) as (
    select source, root, 1, root from unnest($1::text[], $2::text[]) as given(source, root)
    union all
    select s.source, s.root, s.number + 1, s.root || '#' || s.number + 1 from statement s
    where s.number < ${numbersAtLeast} or exists (
      select from evidence e where e.source = s.source and e.reference = s.reference
    )
  )
  select e.evidence_id, s.source, s.root, s.number, e.subject_kind, e.token,
    e.withdrawn_at is null as is_current
  from statement s
  join evidence e on e.source = s.source and e.reference = s.reference`;

const StatedRow = z.object({
  evidence_id: z.string(),
  source: z.string(),
  root: z.string(),
  number: z.int(),
  subject_kind: z.enum(evidenceSubjects),
  token: z.instanceof(Buffer),
  is_current: z.boolean(),
});

/** One row of evidence from a statement. */
export interface StatedEvidence {
  readonly evidenceId: string;
  readonly source: string;
  /** The reference of the first statement about the thing. */
  readonly root: string;
  /** The number of the statement: the second one of root `17` has the reference `17#2`. */
  readonly number: number;
  readonly subject: EvidenceSubject;
  readonly token: Buffer;
  /** True when it was not withdrawn. */
  readonly isCurrent: boolean;
}

/** All evidence about these things, by source and root, from all statements. */
export const listStatedEvidence = async (
  db: Queryable,
  things: readonly { readonly source: string; readonly root: string }[],
): Promise<StatedEvidence[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-told-of',
      text: statedText,
      values: [things.map(({ source }) => source), things.map(({ root }) => root)],
    }),
  );
  return parseRows(StatedRow, rows).map((row) => ({
    evidenceId: row.evidence_id,
    source: row.source,
    root: row.root,
    number: row.number,
    subject: row.subject_kind,
    token: row.token,
    isCurrent: row.is_current,
  }));
};

/** Withdraws evidence. The row stays, and counts for instants before. */
export const withdrawEvidence = async (
  db: Queryable,
  evidenceIds: readonly string[],
  at: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'withdraw-evidence',
      // Never before `recorded_at`, in case this worker's clock is behind.
      text: `update evidence set withdrawn_at = greatest(recorded_at, $2)
        where evidence_id = any($1::uuid[]) and withdrawn_at is null`,
      values: [evidenceIds, at],
    }),
  );
};
