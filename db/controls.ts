import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import { Policy } from '../contracts/policy.js';
import { votingPartners } from '../contracts/voting-partners.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

const ControlRow = z.discriminatedUnion('part', [
  z.object({
    part: z.literal('policy'),
    banner: z.enum(banners),
    version: z.number(),
    policy: Policy,
  }),
  z.object({
    part: z.literal('lever'),
    partner: z.enum(votingPartners),
    state: z.enum(['on', 'off']),
    changed_at: z.date(),
  }),
]);
export type ControlRow = z.output<typeof ControlRow>;

/**
 * The latest published policy of each banner that has one, and every lever that was ever moved, in
 * one statement: each process runs it every second.
 */
export const listControls = async (db: Queryable): Promise<ControlRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-controls',
      text: `select 'policy' as part, latest.banner, latest.version, latest.policy,
          null as partner, null as state, null::timestamptz as changed_at
        from unnest($1::text[]) as known(banner) cross join lateral (
          select banner, version, policy from policies where policies.banner = known.banner
          order by version desc limit 1
        ) as latest
        union all
        select 'lever', null, null, null, partner, state, changed_at
        from partner_levers where partner = any($2::text[])`,
      values: [banners, votingPartners],
    }),
  );
  return parseRows(ControlRow, rows);
};
