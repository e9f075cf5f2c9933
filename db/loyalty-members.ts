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
 * Waits until nobody else raises alerts of these members or says which accounts they have, in one
 * order for all callers; holds until the commit. So an alert and a link that come at one moment do
 * not overlook each other. To be taken before every other lock.
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

/** Members of whom an account is known. */
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

/** Sets which accounts members have. What was pushed does not stand above what an analyst said. */
export const upsertMembers = async (
  db: Queryable,
  toldBy: MemberRow['told_by'],
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
        ...[toldBy, at],
        members.map(({ enrollment_id: id }) => id),
        members.map(({ account }) => account),
        members.map(({ banner }) => banner),
      ],
    }),
  );
};
