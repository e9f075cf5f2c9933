import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { hasBannerTotal, insertBannerTotal } from '../../db/banner-totals.js';
import type { Queryable } from '../../db/pool.js';
import { hasUsualTraffic, insertUsualTraffic } from '../../db/usual-traffic.js';
import { listKeysOf, placeSubjectOf } from '../../domain/address/place-key.js';
import { matchingCodes } from '../../domain/avs.js';
import { type Facts, needsOf, readFacts } from '../../domain/facts/catalogue.js';
import type { FactSource } from '../../domain/facts/fact-group.js';
import { descriptionOf } from '../../domain/facts/items.js';
import { firstOfEachSpelling, readDestination } from '../../domain/facts/shipping.js';
import type { Lookups } from '../../domain/lookups.js';
import { factOf } from '../../domain/rules/fact-name.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { spellingsOf } from '../../domain/subjects.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { dayMs } from '../../domain/utc-day.js';
import type { Context } from '../context.js';
import { createTurns, mapInTurns, yieldToEventLoop } from '../turns.js';
import { loadHistory } from './history.js';
import { findKnownSubjects } from './known-subjects.js';
import { type LoadedTransaction, loadTransaction } from './records.js';

/**
 * Stores each banner's 99th percentile of order totals over the 30 UTC days that ended yesterday,
 * unless it is stored. Any number of callers may do so at once.
 */
export const storeBannerTotals = async (
  { db, now }: Context<'now'>,
  { currencies }: { readonly currencies: Readonly<Record<Banner, string>> },
): Promise<void> => {
  const day = new Date(now.getTime() - dayMs).toISOString().slice(0, 10);
  for (const banner of banners) {
    // Checked first: counting a month's orders is too expensive to repeat.
    if (await hasBannerTotal(db, { banner, day })) continue;
    await insertBannerTotal(db, { banner, currency: currencies[banner], day });
  }
};

/**
 * Counts what is usual for each BIN, IP address and store over the 28 UTC days that ended
 * yesterday, unless it is stored. Any number of callers may do so at once.
 */
export const storeUsualTraffic = async ({
  db,
  now,
  settings: { auth, avs },
}: Context<'now' | 'settings'>): Promise<void> => {
  const day = new Date(now.getTime() - dayMs).toISOString().slice(0, 10);
  if (await hasUsualTraffic(db, day)) return;
  await insertUsualTraffic(db, day, banners, {
    avsCodes: matchingCodes(avs.dialect),
    responseCodes: auth.approvedCodes,
  });
};

/** An order with this many lines is processed without a pause. */
const fewLines = 50;

type Lines = Pick<SanitisedTransaction, 'items'>;

/**
 * Normalises the addresses of an order, which may have five hundred, in turns. The results are
 * cached with the order.
 */
export const readPlaces = async (order: Lines): Promise<void> => {
  await mapInTurns(spellingsOf(order), placeSubjectOf);
};

/** As `readPlaces`, with all other texts of an order that rules and lists need. */
export const readTexts = async (order: Lines): Promise<void> => {
  const isLarge = order.items.length > fewLines;
  // Decrypting and parsing it has already taken some time.
  if (isLarge) await yieldToEventLoop();
  await readPlaces(order);
  await mapInTurns(spellingsOf(order), listKeysOf);
  await mapInTurns(firstOfEachSpelling(order.items), readDestination);
  await mapInTurns(order.items, descriptionOf);
  if (isLarge) await yieldToEventLoop();
};

/** The context for loading an order's facts. */
export type FactContext<Db extends Queryable = Queryable> = Context<
  'vault' | 'tokeniser' | 'settings',
  Db
> & { readonly lookups: Lookups };

/** The facts and lists that a rule set reads; of several sets, their union. */
export type RuleReads = Pick<RuleSet, 'factNames' | 'lists'>;

/** Text facts to look up in lists; their values come from the transaction alone. */
const listedTextsOf = ({ lists }: RuleReads, facts: Facts) => {
  const names = new Set(lists.map(({ subject }) => subject).filter((name) => name.includes('.')));
  return [...names].flatMap((fact) => {
    const value = factOf(facts, fact);
    return typeof value === 'string' ? [{ fact, value }] : [];
  });
};

/**
 * Loads what the rules read of a stored order, as of its receipt: a later call gives the same
 * result. Does not load what no rule reads. `order` is the order itself, where it is being loaded.
 */
export const loadFactSource = async (
  context: FactContext,
  transactionId: string,
  reads: RuleReads,
  order: Promise<LoadedTransaction> = loadTransaction(context, transactionId),
): Promise<FactSource> => {
  const { db, settings, lookups } = context;
  const needs = needsOf(reads.factNames);
  const history = needs.has('history') ? loadHistory({ db }, transactionId) : undefined;
  // Awaited below; until then a rejection must not count as unhandled.
  history?.catch(() => undefined);
  const { transaction, receivedAt } = await order;
  await readTexts(transaction);
  const turn = createTurns();
  const receivedAtMs = receivedAt.getTime();
  const own: FactSource = {
    transaction,
    settings,
    receivedAtMs,
    lookups,
    history: undefined,
    listings: undefined,
    evidence: undefined,
  };
  const isListed = needs.has('listings') || reads.lists.length > 0;
  const texts = reads.lists.length > 0 ? listedTextsOf(reads, readFacts(own)) : [];
  await turn();
  const known = await findKnownSubjects(context, transaction, receivedAt, {
    isListed,
    texts,
    isEvidenced: needs.has('evidence'),
  });
  return { ...own, history: await history, ...known };
};
