import { z } from 'zod';
import { type EvidenceSubject, evidenceSubjects } from '../domain/evidence.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/**
 * Numbers that are looked at in any case, so that those deleted for their age hide no later ones;
 * beyond them, for as long as there are any.
 */
const numbersAtLeast = 8;

/** What was told of a thing in its several statements, withdrawn or not. */
const toldText = `with recursive statement(source, root, number, reference) as (
    select source, root, 1, root from unnest($1::text[], $2::text[]) as given(source, root)
    union all
    select s.source, s.root, s.number + 1, s.root || '#' || s.number + 1 from statement s
    where s.number < ${numbersAtLeast} or exists (
      select from evidence e where e.source = s.source and e.reference = s.reference
    )
  )
  select e.evidence_id, s.source, s.root, s.number, e.subject_kind, e.token,
    e.withdrawn_at is null as stands
  from statement s
  join evidence e on e.source = s.source and e.reference = s.reference`;

const ToldRow = z.object({
  evidence_id: z.string(),
  source: z.string(),
  root: z.string(),
  number: z.int(),
  subject_kind: z.enum(evidenceSubjects),
  token: z.instanceof(Buffer),
  stands: z.boolean(),
});

/** One row of what was told of a thing. */
export interface ToldOf {
  readonly evidenceId: string;
  readonly source: string;
  /** The reference of the thing's first statement. */
  readonly root: string;
  /** Number of the statement: the second one of root `17` has the reference `17#2`. */
  readonly number: number;
  readonly subject: EvidenceSubject;
  readonly token: Buffer;
  /** It was not withdrawn. */
  readonly stands: boolean;
}

/** All that was told of things, by source and root, in all statements. */
export const listToldOf = async (
  db: Queryable,
  things: readonly { readonly source: string; readonly root: string }[],
): Promise<ToldOf[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-told-of',
      text: toldText,
      values: [things.map(({ source }) => source), things.map(({ root }) => root)],
    }),
  );
  return parseRows(ToldRow, rows).map((row) => ({
    evidenceId: row.evidence_id,
    source: row.source,
    root: row.root,
    number: row.number,
    subject: row.subject_kind,
    token: row.token,
    stands: row.stands,
  }));
};

/** Withdraws evidence: it stays, and was known until then. */
export const withdrawEvidence = async (
  db: Queryable,
  evidenceIds: readonly string[],
  at: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'withdraw-evidence',
      // A worker whose clock is behind the one that recorded it turns no time around.
      text: `update evidence set withdrawn_at = greatest(recorded_at, $2)
        where evidence_id = any($1::uuid[]) and withdrawn_at is null`,
      values: [evidenceIds, at],
    }),
  );
};
