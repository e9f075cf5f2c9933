import type { FlagReport } from '../../contracts/v1/flag-guard.js';
import { readSourceOrders } from '../../db/backtest-source.js';
import { listFlagExpectations, listLatestDecided, wereInForceBefore } from '../../db/flag-guard.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import {
  findLatestPublication,
  findPublicationBefore,
  lockRuleSets,
  type PublicationRow,
} from '../../db/rule-sets.js';
import { type Flags, judgeFlags, seenOrdersMin } from '../../domain/flag-guard/judge.js';
import type { ReadRuleText } from '../../domain/rule-text/read.js';
import { dayMs } from '../../domain/utc-day.js';
import { createAnswerer } from '../confirmation.js';
import { type Context, system } from '../context.js';
import { findTextInForce, type TextInForce } from '../rule-sets/in-force.js';
import { storePublication } from '../rule-sets/put-in-force.js';
import { readRuleText } from '../rule-sets/read-text.js';
import { readVersion, type ShippedRules } from '../rule-sets/versions.js';
import type { FactContext } from '../transactions/fact-source.js';
import { yieldToEventLoop } from '../turns.js';
import { guardedSpan } from './report.js';

/**
 * Why the version before does not come into force: `moved_on`, another publication has; `known`,
 * these rules have been in force before, so somebody wanted them again; `too_late`, they have been
 * in force for more than a day; `no_better`, the version before flags as many of these orders;
 * `unreadable`, this release cannot use it, or cannot evaluate enough orders.
 */
export type NoFallBack = 'moved_on' | 'known' | 'too_late' | 'no_better' | 'unreadable';

export type FellBack =
  | { readonly kind: 'fell_back'; readonly version: number }
  | { readonly kind: 'kept'; readonly why: NoFallBack };

/** What raised the question. */
export type FlagsOver = Pick<FlagReport['banners'][number], 'banner' | 'orders' | 'flagged'> & {
  readonly publication: number;
  readonly multiple: number;
};

type GuardContext<Db extends Queryable = Queryable> = FactContext<Db> &
  Context<'now', Db> & { readonly shipped: ShippedRules };

/** Later surges come from the orders and not from the rules: an attack, a sale, a lost field. */
const answerableMs = dayMs;

/** Latest orders that the version before answers again: one or two seconds at worst. */
const triedMax = 300;

/** Orders evaluated at a time, so that others are answered in between. */
const sliceSize = 25;

/** The flags of the version before on the same orders. */
const tryBefore = async (
  context: GuardContext,
  { ruleSet }: ReadRuleText,
  ids: readonly string[],
): Promise<{ readonly is: Flags; readonly would: Flags }> => {
  const answer = await createAnswerer(context, ruleSet);
  const counts = { orders: 0, is: 0, would: 0 };
  for (let at = 0; at < ids.length; at += sliceSize) {
    for (const order of await readSourceOrders(context.db, ids.slice(at, at + sliceSize))) {
      const tried = await answer(order);
      if (tried === undefined) continue;
      counts.orders += 1;
      counts.is += Number(order.localOutcome !== 'accept');
      counts.would += Number(tried.localOutcome !== 'accept');
    }
    await yieldToEventLoop();
  }
  const { orders, is, would } = counts;
  return { is: { orders, flagged: is }, would: { orders, flagged: would } };
};

/** Whether the version before would have flagged far fewer of the banner's latest orders. */
const isBetter = async (
  context: GuardContext,
  latest: PublicationRow,
  before: ReadRuleText,
  { banner, multiple }: Pick<FlagsOver, 'banner' | 'multiple'>,
): Promise<NoFallBack | undefined> => {
  const { db, now } = context;
  const span = guardedSpan(latest, now);
  const ids = await listLatestDecided(db, span, { banner, limit: triedMax });
  const { is, would } = await tryBefore(context, before, ids);
  if (would.orders < seenOrdersMin) return 'unreadable';
  const expectations = await listFlagExpectations(db, latest.publication);
  const expected = expectations.find((row) => row.banner === banner);
  const isOverToo = judgeFlags(would, expected, multiple).state === 'over';
  return isOverToo || would.flagged * 2 > is.flagged ? 'no_better' : undefined;
};

const noteOf = ({ banner, orders, flagged }: FlagsOver, from: number): string =>
  `Fell back from version ${from}: it flagged ${flagged} of the latest ${orders} orders of ` +
  `${banner}, more than its limit.`;

/** Why a version stays that nobody needs to answer an order again for. */
export type Stays = Extract<NoFallBack, 'known' | 'too_late'>;

/**
 * The version that may come back instead of the one in force, or why none may. Answers no order.
 * Throws `TemporarilyUnavailable`.
 */
export const findReturning = async (
  { db, now, shipped }: Context<'now'> & { readonly shipped: ShippedRules },
  { publication, version, published_at: publishedAt }: PublicationRow,
): Promise<number | Stays> => {
  if (now.getTime() - publishedAt.getTime() > answerableMs) return 'too_late';
  const own = await readVersion({ db }, shipped, version);
  const isKnown =
    version === 0 ||
    own === undefined ||
    own.hash === shipped.ruleSet.hash ||
    (await wereInForceBefore(db, { hash: own.hash, publication }));
  return isKnown ? 'known' : ((await findPublicationBefore(db)) ?? 0);
};

interface Possible {
  readonly latest: PublicationRow;
  readonly version: number;
  readonly before: ReadRuleText;
}

/** The version to fall back to, or why there is none. Reads only. */
const findFallBack = async (
  context: GuardContext,
  { publication, ...over }: FlagsOver,
): Promise<Possible | NoFallBack> => {
  const { db, shipped } = context;
  const latest = await findLatestPublication(db);
  if (latest === undefined || latest.publication !== publication) return 'moved_on';
  const version = await findReturning(context, latest);
  if (typeof version === 'string') return version;
  const text = await readVersion({ db }, shipped, version);
  const before = readRuleText(text?.text ?? '');
  if ('problems' in before) return 'unreadable';
  return (await isBetter(context, latest, before, over)) ?? { latest, version, before };
};

/** Puts the version before in force, unless something else has come into force meanwhile. */
const putBack = (
  context: GuardContext<Pool>,
  { latest, version, before: checked }: Possible,
  over: FlagsOver,
): Promise<FellBack> =>
  inTransaction(context.db, async (db) => {
    await lockRuleSets(db);
    const inside = { db, now: context.now, actor: system };
    const before: TextInForce = await findTextInForce(inside, context.shipped);
    if (before.publication?.publication !== latest.publication) {
      return { kind: 'kept', why: 'moved_on' };
    }
    const { banner, orders, flagged } = over;
    const details = { fellBack: { banner, orders, flagged } };
    const note = noteOf(over, before.version);
    await storePublication(inside, { before, checked, note, version, details });
    return { kind: 'fell_back', version };
  });

/**
 * Puts the version before in force again, as the system, when the rules in force are new and the
 * version before would have flagged far fewer of the same orders. Once: of several callers one
 * publishes, and rules that come back are never fallen back from. Throws `TemporarilyUnavailable`.
 */
export const fallBack = async (context: GuardContext<Pool>, over: FlagsOver): Promise<FellBack> => {
  const found = await findFallBack(context, over);
  return typeof found === 'string' ? { kind: 'kept', why: found } : putBack(context, found, over);
};
