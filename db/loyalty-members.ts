import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

const MemberRow = z.object({
  enrollment_id: z.coerce.number(),
  account: z.instanceof(Buffer),
  banner: z.enum(banners).nullable(),
  told_by: z.enum(['analyst', 'push']),
  updated_at: z.date(),
});
export type MemberRow = z.output<typeof MemberRow>;

const columns = 'enrollment_id, account, banner, told_by, updated_at';

/**
 * Locks these members until the commit, in one order for all callers, so that a concurrent alert
 * and account link do not miss each other. Take it before every other lock.
 */
export const lockMembers = async (
  db: Queryable,
  enrollmentIds: readonly number[],
): Promise<void> => {
  await reached(
    db.query({
      name: 'lock-loyalty-members',
      text: `select lock_subjects(array(
          select distinct hashtextextended('loyalty-member:' || id, 0)
          from unnest($1::bigint[]) as m(id)
        ))`,
      values: [enrollmentIds],
    }),
  );
};

/** Members with a known account. */
export const findMembers = async (
  db: Queryable,
  enrollmentIds: readonly number[],
): Promise<MemberRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-loyalty-members',
      text: `select ${columns} from loyalty_members where enrollment_id = any ($1::bigint[])`,
      values: [enrollmentIds],
    }),
  );
  return parseRows(MemberRow, rows);
};

/** Sets the accounts of members. A pushed account never replaces an analyst's. */
export const upsertMembers = async (
  db: Queryable,
  linkedBy: MemberRow['told_by'],
  members: readonly Pick<MemberRow, 'enrollment_id' | 'account' | 'banner'>[],
  at: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'upsert-loyalty-members',
      text: `insert into loyalty_members as m (${columns})
        select g.id, g.account, g.banner, $1, $2
        from unnest($3::bigint[], $4::bytea[], $5::text[]) as g(id, account, banner)
        order by g.id
        on conflict (enrollment_id) do update set account = excluded.account,
          banner = excluded.banner, told_by = excluded.told_by, updated_at = excluded.updated_at
        where excluded.told_by = 'analyst' or m.told_by = 'push'`,
      values: [
        ...[linkedBy, at],
        members.map(({ enrollment_id: id }) => id),
        members.map(({ account }) => account),
        members.map(({ banner }) => banner),
      ],
    }),
  );
};
