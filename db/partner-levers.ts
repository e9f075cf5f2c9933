import { z } from 'zod';
import { type VotingPartner, votingPartners } from '../contracts/voting-partners.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const LeverRow = z.object({
  partner: z.enum(votingPartners),
  state: z.enum(['on', 'off']),
  reason: z.string(),
  changed_by: z.string(),
  changed_at: z.date(),
});
export type LeverRow = z.output<typeof LeverRow>;

const columns = 'partner, state, reason, changed_by, changed_at';

/** Every lever that was ever moved; a partner without a row is on. */
export const listLevers = async (db: Queryable): Promise<LeverRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-levers',
      text: `select ${columns} from partner_levers where partner = any($1::text[])`,
      values: [votingPartners],
    }),
  );
  return parseRows(LeverRow, rows);
};

/** Locks all levers until the commit. */
export const lockLevers = async (db: Queryable): Promise<void> => {
  await reached(
    db.query({
      name: 'lock-levers',
      text: `select pg_advisory_xact_lock(hashtextextended('partner-levers', 0))`,
    }),
  );
};

export interface NewLever {
  readonly partner: VotingPartner;
  readonly state: 'on' | 'off';
  readonly reason: string;
  readonly changedBy: string;
  readonly changedAt: Date;
}

/**
 * Moves a lever and returns the time, which is always later than the previous move. Undefined,
 * without a write, when it is already in that state.
 */
export const moveLever = async (db: Queryable, lever: NewLever): Promise<Date | undefined> => {
  const result = await reached(
    db.query({
      name: 'move-lever',
      text: `insert into partner_levers as lever (${columns})
        select $1, $2, $3, $4, $5::timestamptz
        where $2 = 'off' or exists (select from partner_levers where partner = $1)
        on conflict (partner) do update set state = excluded.state, reason = excluded.reason,
          changed_by = excluded.changed_by,
          changed_at = greatest(excluded.changed_at, lever.changed_at + interval '1 millisecond')
        where lever.state <> excluded.state returning changed_at`,
      values: [lever.partner, lever.state, lever.reason, lever.changedBy, lever.changedAt],
    }),
  );
  return parseRow(z.object({ changed_at: z.date() }), result.rows)?.changed_at;
};
