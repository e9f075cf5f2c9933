import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../../contracts/settings.js';
import {
  type History,
  type HistoryRow,
  noHistory,
  type SharedKind,
  sharedKinds,
} from '../../domain/history.js';
import { noLookups } from '../../domain/lookups.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { scoreTransaction } from '../../domain/rules/score-transaction.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';

/** An order with everything that was known at its receipt. */
export interface KnownOrder {
  readonly name: string;
  readonly receivedAtMs: number;
  readonly order: SanitisedTransaction;
  readonly history: History;
}

/** The visible part of the rules' result for an order. */
export interface Answer {
  readonly outcome: string;
  readonly totalScore: number;
  readonly hits: readonly {
    readonly id: string;
    readonly points: number;
    readonly reason: string;
  }[];
}

/** The values of most rows, which are left out of the file. */
const usualFields = {
  currency: 'USD',
  ip: null,
  responseCode: null,
  avsCode: null,
  last4: null,
  name: null,
  place: null,
  label: null,
  wasReviewed: false,
  wasRejected: false,
  promotions: [],
} as const satisfies Partial<HistoryRow>;

type GoldenRow = Omit<HistoryRow, keyof typeof usualFields> & Partial<HistoryRow>;

/** The form in the file: each row of the history once, with the subjects that it shares. */
interface GoldenOrder {
  readonly name: string;
  readonly receivedAt: string;
  readonly expected: Answer;
  readonly order: SanitisedTransaction;
  readonly rows: readonly GoldenRow[];
  readonly shared: Readonly<Partial<Record<SharedKind, readonly number[]>>>;
  readonly bannerP99: number | null;
  /** Left out where it is null. */
  readonly salesRepShare?: number | null;
  /** Left out where all are null. */
  readonly usual?: Partial<History['usual']>;
  /** Left out where it has no neighbours. */
  readonly binDay?: History['binDay'];
  /** Left out where it is null. */
  readonly goodsTraffic?: History['goodsTraffic'];
  readonly domain?: History['domain'];
}

const path = fileURLToPath(new URL('orders.json', import.meta.url));

/** The rules' answer. Throws when a rule could not be evaluated: no such answer is golden. */
export const answerTo = (
  { order, history, receivedAtMs }: KnownOrder,
  ruleSet: RuleSet,
  settings: Settings,
): Answer => {
  const known = { history, listings: [], evidence: [], lookups: noLookups };
  const score = scoreTransaction(ruleSet, order, { receivedAtMs, settings, ...known });
  if (score.erroredRules.length > 0) throw new Error(JSON.stringify(score.erroredRules));
  return {
    outcome: score.outcome,
    totalScore: score.totalScore,
    hits: score.hits.map(({ id, points, reason }) => ({ id, points, reason })),
  };
};

const withoutUsual = (row: HistoryRow): GoldenRow =>
  Object.fromEntries(
    Object.entries(row).filter(
      ([key, value]) =>
        !(key in usualFields) ||
        JSON.stringify(value) !== JSON.stringify(usualFields[key as keyof typeof usualFields]),
    ),
  ) as unknown as GoldenRow;

const toFile = (known: KnownOrder, expected: Answer): GoldenOrder => {
  const rows: GoldenRow[] = [];
  const places = new Map<string, number>();
  const placeOf = (row: HistoryRow): number => {
    const text = JSON.stringify(row);
    const place = places.get(text);
    if (place !== undefined) return place;
    places.set(text, rows.length);
    return rows.push(withoutUsual(row)) - 1;
  };
  const shared = Object.fromEntries(
    sharedKinds.map((kind) => [kind, known.history[kind].map(placeOf)]),
  ) as Record<SharedKind, number[]>;
  const { usual, binDay, goodsTraffic, domain } = known.history;
  return {
    ...{ name: known.name, receivedAt: new Date(known.receivedAtMs).toISOString(), expected },
    ...{ order: known.order, rows, shared, bannerP99: known.history.bannerP99 },
    ...(known.history.salesRepShare !== null && { salesRepShare: known.history.salesRepShare }),
    ...(Object.values(usual).some((one) => one !== null) && { usual }),
    ...(binDay.neighbours > 0 && { binDay }),
    ...(goodsTraffic !== null && { goodsTraffic }),
    ...(domain !== null && { domain }),
  };
};

const fromFile = ({
  name,
  receivedAt,
  order,
  rows,
  shared,
  bannerP99,
  salesRepShare = null,
  usual = {},
  binDay = noHistory.binDay,
  goodsTraffic = null,
  domain = null,
}: GoldenOrder): KnownOrder => {
  const of = (kind: SharedKind): HistoryRow[] =>
    (shared[kind] ?? []).flatMap((place) => {
      const row = rows[place];
      return row === undefined ? [] : [{ ...usualFields, ...row }];
    });
  const history = Object.fromEntries(sharedKinds.map((kind) => [kind, of(kind)]));
  return {
    ...{ name, order, receivedAtMs: Date.parse(receivedAt) },
    history: {
      ...{ ...history, bannerP99, salesRepShare, binDay, goodsTraffic, domain },
      usual: { ...noHistory.usual, ...usual },
    } as History,
  };
};

/** The golden orders, each with the answer that it must get. */
export const readGolden = (): readonly (KnownOrder & { readonly expected: Answer })[] =>
  (JSON.parse(readFileSync(path, 'utf8')) as GoldenOrder[]).map((golden) => {
    return { ...fromFile(golden), expected: golden.expected };
  });

/** Replaces the file. */
export const writeGolden = (orders: readonly (readonly [KnownOrder, Answer])[]): void => {
  const golden = orders.map(([order, expected]) => toFile(order, expected));
  writeFileSync(path, `${JSON.stringify(golden, null, 2)}\n`);
};

export const goldenPath = path;
