import { createHash } from 'node:crypto';
import { parseWire } from '../contracts/faults.js';
import { FraudAlertEventInput } from '../contracts/sparkfly/event.js';
import { cutText, isLonger, textLimits } from '../contracts/text-limits.js';
import type { Pool, Queryable } from '../db/pool.js';
import { moveSparkflyPoll, readSparkflyPoll } from '../db/sparkfly-polls.js';
import {
  beginWalk,
  isBehind,
  type ListedInstants,
  type ListingWalk,
  walkPage,
} from '../domain/alerts/listing-walk.js';
import { dayMs } from '../domain/utc-day.js';
import { latestAcceptedMs } from './alerts/counting.js';
import { recordReportedAlert } from './alerts/events.js';
import { atPresent, type Context } from './context.js';

/** The result of recording a page. */
interface RecordedPage {
  readonly taken: number;
  readonly moved: number;
  /** Entries with a text longer than we store. */
  readonly cut: number;
  /** The first fault of each invalid entry: a code and a path, never a value. */
  readonly unreadable: readonly string[];
  /** The instants of each entry, in order. */
  readonly instants: readonly ListedInstants[];
}

/** A listing repeats an alert without an instant for as long as it has it. */
const undatedSameMs = 100 * 365 * dayMs;

const undated: ListedInstants = { createdAtMs: null, latestMs: null };

const instantsOf = ({ created_at, updated_at }: FraudAlertEventInput): ListedInstants => {
  const createdAtMs = created_at?.getTime() ?? null;
  const instants = [created_at, updated_at].flatMap((at) =>
    at === undefined ? [] : [at.getTime()],
  );
  return { createdAtMs, latestMs: instants.length === 0 ? null : Math.max(...instants) };
};

/**
 * An entry with its texts cut to what we store, so that a long name does not lose an alert. An id
 * that is too long is left out: a cut id would be another one.
 */
const withShortTexts = (entry: unknown): unknown => {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
  const given = entry as Readonly<Record<string, unknown>>;
  const { fraud_alert_rule_name: name, metric_type: metric, account_id: account } = given;
  const isLongId = typeof account === 'string' && isLonger(account, textLimits.id.max);
  const shorter = {
    ...(typeof name === 'string' && { fraud_alert_rule_name: cutText(name, 'sparkflyRuleName') }),
    ...(typeof metric === 'string' && { metric_type: cutText(metric, 'code') }),
    ...(isLongId && { account_id: undefined }),
  };
  const isCut = Object.entries(shorter).some(([field, text]) => text !== given[field]);
  return isCut ? { ...given, ...shorter } : entry;
};

/** Drops an update time in the future: it would hide later updates. */
const withoutFutureUpdate = (given: FraudAlertEventInput, now: Date): FraudAlertEventInput =>
  given.updated_at !== undefined && given.updated_at.getTime() > latestAcceptedMs(now)
    ? { ...given, updated_at: undefined }
    : given;

/**
 * Records the entries of a page of Sparkfly's listing, as if each had been pushed. An invalid entry
 * does not block the others. Recording a page again changes nothing.
 */
export const recordPage = async (
  context: Context<'vault' | 'settings' | 'now', Pool>,
  entries: readonly unknown[],
): Promise<RecordedPage> => {
  const { settings, now } = context;
  // Older alerts would only be deleted again.
  const keptSince = new Date(now.getTime() - settings.alerts.retentionDays * dayMs);
  const unreadable: string[] = [];
  const instants: ListedInstants[] = [];
  let [taken, moved, cut] = [0, 0, 0];
  for (const listed of entries) {
    const entry = withShortTexts(listed);
    if (entry !== listed) cut += 1;
    const parsed = parseWire(FraudAlertEventInput, entry);
    if (!parsed.ok) {
      const [fault] = parsed.faults;
      unreadable.push(`${fault?.error} at ${fault?.message.split(' ', 1)[0]}`);
      instants.push(undated);
      continue;
    }
    const { value } = parsed;
    instants.push(instantsOf(value));
    if (value.created_at !== undefined && value.created_at < keptSince) continue;
    const { isNew, isMoved } = await recordReportedAlert(
      context,
      withoutFutureUpdate(value, now),
      undatedSameMs,
    );
    if (isNew) taken += 1;
    if (isMoved) moved += 1;
  }
  return { taken, moved, cut, unreadable, instants };
};

/** The progress of a poll; plain data, from which another process can resume. */
export interface PollProgress {
  /** When it started; all instants are milliseconds since 1970. */
  readonly beganAtMs: number;
  /** Older entries need not be read; null when all pages must be. */
  readonly sinceMs: number | null;
  /** The next page to read, from 1. */
  readonly page: number;
  readonly walk: ListingWalk;
  /** The latest instant on any entry read. */
  readonly latestMs: number | null;
  /** A hash of the latest page, to recognise a listing without pages. */
  readonly lastPage: string | null;
  readonly read: number;
  readonly taken: number;
  readonly moved: number;
  /** Entries with a cut text; undefined in progress that an earlier release stored. */
  readonly cut?: number;
  readonly unreadable: number;
  /** The fault of the first invalid entry: a code and a path. */
  readonly fault: string | null;
}

/**
 * Plans a poll of Sparkfly's listing: all of it at first and every `walkEveryMs`, otherwise back to
 * `overlapMs` before the latest instant seen.
 */
const planPoll = async ({
  db,
  settings,
  now,
}: Context<'settings' | 'now'>): Promise<PollProgress> => {
  const { overlapMs, walkEveryMs } = settings.sparkfly;
  const { seen_until: seen, walked_at: walked } = await readSparkflyPoll(db);
  const beganAtMs = now.getTime();
  const isWalkDue = walked === null || beganAtMs - walked.getTime() >= walkEveryMs;
  return {
    beganAtMs,
    sinceMs: isWalkDue || seen === null ? null : seen.getTime() - overlapMs,
    page: 1,
    walk: beginWalk(),
    latestMs: null,
    lastPage: null,
    read: 0,
    taken: 0,
    moved: 0,
    unreadable: 0,
    fault: null,
  };
};

/** Half a million alerts at the usual 50 a page; a longer listing may be endless. */
const pagesMax = 10_000;

/** One page of the listing, from 1; see the partner's client. */
type ReadPage = (page: number) => Promise<{
  readonly entries: readonly unknown[];
  readonly isLast: boolean;
  /** Whether the answer had the number of pages. */
  readonly isCounted: boolean;
}>;

/** A poll takes minutes, so it reads the clock at each page. */
type PollContext = Context<'vault' | 'settings', Pool> & {
  readonly now: () => Date;
  readonly readPage: ReadPage;
  /** Called after each page with what another process needs to resume. */
  readonly onProgress: (progress: PollProgress) => void;
};

/** A finished poll. */
export interface ClosedPoll extends PollProgress {
  readonly pages: number;
  readonly walkedAll: boolean;
  /** True when it stopped at `pagesMax` and not at the end of the listing. */
  readonly isCut: boolean;
}

const later = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

/** A fingerprint to compare pages, which are not stored. */
const hashOf = (entries: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(entries)).digest('base64');

const recordEntries = async (
  context: PollContext,
  before: PollProgress,
  entries: readonly unknown[],
): Promise<{ readonly after: PollProgress; readonly isBehind: boolean }> => {
  const page = await recordPage(atPresent(context), entries);
  const { instants, unreadable } = page;
  const walk = walkPage(before.walk, instants);
  const after = {
    ...before,
    page: before.page + 1,
    walk,
    lastPage: hashOf(entries),
    latestMs: instants.reduce((latest, { latestMs }) => later(latest, latestMs), before.latestMs),
    read: before.read + entries.length,
    taken: before.taken + page.taken,
    moved: before.moved + page.moved,
    cut: (before.cut ?? 0) + page.cut,
    unreadable: before.unreadable + unreadable.length,
    fault: before.fault ?? unreadable[0] ?? null,
  };
  const { sinceMs } = before;
  return { after, isBehind: sinceMs !== null && isBehind(walk, instants, sinceMs) };
};

/**
 * Stores the position of a poll after all its pages. An instant in the future counts as the poll's
 * own: otherwise it would hide later entries.
 */
const closePoll = async (
  db: Queryable,
  { beganAtMs, latestMs, walkedAll }: PollProgress & { readonly walkedAll: boolean },
): Promise<void> =>
  moveSparkflyPoll(db, {
    seenUntil: latestMs === null ? null : new Date(Math.min(latestMs, beganAtMs)),
    walkedAt: walkedAll ? new Date(beganAtMs) : null,
  });

/**
 * Polls Sparkfly's listing page by page and records its entries, from the progress of an earlier
 * attempt if there is one: entries read twice change nothing. The stored position moves only at the
 * end. Throws what `readPage` throws.
 */
export const pollListing = async (
  context: PollContext,
  resumed: PollProgress | undefined,
): Promise<ClosedPoll> => {
  let progress = resumed ?? (await planPoll(atPresent(context)));
  let isDone = false;
  let isEnd = false;
  while (!isDone && progress.page <= pagesMax) {
    const { entries, isLast, isCounted } = await context.readPage(progress.page);
    // A listing without pages returns the same entries for each number.
    const isSame = !isCounted && hashOf(entries) === progress.lastPage;
    const { after, isBehind: isOver } = await recordEntries(context, progress, entries);
    progress = after;
    isEnd = isLast || isSame;
    isDone = isEnd || isOver;
    context.onProgress(progress);
  }
  const walkedAll = isEnd || progress.sinceMs === null;
  const closed = { ...progress, pages: progress.page - 1, walkedAll, isCut: !isDone };
  await closePoll(context.db, closed);
  return closed;
};
