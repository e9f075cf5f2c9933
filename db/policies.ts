import { z } from 'zod';
import { type Banner, banners } from '../contracts/hbc/transaction.js';
import { Policy } from '../contracts/policy.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/** A published policy. One stored before a field was added gets the field's default. */
const PolicyRow = z.object({
  banner: z.enum(banners),
  version: z.number(),
  policy: Policy,
  note: z.string(),
  author: z.string(),
  published_at: z.date(),
});
export type PolicyRow = z.output<typeof PolicyRow>;

const columns = 'banner, version, policy, note, author, published_at';

/** An upper bound of one answer: more than analysts publish for a banner in years. */
const versionsMax = 1000;

/** The latest published policy of each banner that has one. */
export const listLatestPolicies = async (db: Queryable): Promise<PolicyRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-latest-policies',
      text: `select latest.* from unnest($1::text[]) as known(banner)
        cross join lateral (
          select ${columns} from policies where policies.banner = known.banner
          order by version desc limit 1
        ) as latest`,
      values: [banners],
    }),
  );
  return parseRows(PolicyRow, rows);
};

/** The latest published policy of one banner. */
export const findLatestPolicy = async (
  db: Queryable,
  banner: Banner,
): Promise<PolicyRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-latest-policy',
      text: `select ${columns} from policies where banner = $1 order by version desc limit 1`,
      values: [banner],
    }),
  );
  return parseRow(PolicyRow, rows);
};

/** One published policy of a banner. */
export const findPolicyVersion = async (
  db: Queryable,
  banner: Banner,
  version: number,
): Promise<PolicyRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-policy-version',
      text: `select ${columns} from policies where banner = $1 and version = $2`,
      values: [banner, version],
    }),
  );
  return parseRow(PolicyRow, rows);
};

/** The newest thousand published policies of a banner, newest first. */
export const listPolicyVersions = async (db: Queryable, banner: Banner): Promise<PolicyRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-policy-versions',
      text: `select ${columns} from policies where banner = $1 order by version desc limit $2`,
      values: [banner, versionsMax],
    }),
  );
  return parseRows(PolicyRow, rows);
};

/** Locks publications of this banner until the commit. */
export const lockPublication = async (db: Queryable, banner: Banner): Promise<void> => {
  await reached(
    db.query({
      name: 'lock-publication',
      text: `select pg_advisory_xact_lock(hashtextextended('policy:' || $1, 0))`,
      values: [banner],
    }),
  );
};

export interface NewPolicy {
  readonly banner: Banner;
  readonly version: number;
  readonly policy: Policy;
  readonly note: string;
  readonly author: string;
  readonly publishedAt: Date;
}

/** Stores a policy under an unused version. */
export const insertPolicy = async (db: Queryable, row: NewPolicy): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-policy',
      text: `insert into policies (${columns}) values ($1, $2, $3, $4, $5, $6)`,
      values: [row.banner, row.version, toJson(row.policy), row.note, row.author, row.publishedAt],
    }),
  );
};
