import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { SparkflyFault } from '../../partners/sparkfly/fault.js';
import { type ClosedPoll, pollListing, type PollProgress } from '../../services/sparkfly.js';
import type { AlertActivityDeps } from './create-alert-activities.js';
import { withHeartbeats } from '../heartbeats.js';

interface PollCounts {
  readonly read: number;
  readonly taken: number;
  readonly moved: number;
  readonly unreadable: number;
  readonly pages: number;
  readonly walkedAll: boolean;
}

/** The result of a poll, and when the next one is due. `off`: Sparkfly is no longer configured. */
export type PolledSparkfly =
  | { readonly kind: 'off' }
  | ({ readonly kind: 'polled'; readonly pollEveryMs: number } & PollCounts);

/** Well within the heartbeat timeout, also while a page or its processing takes long. */
const heartbeatEveryMs = 5_000;

/** The longest pause between attempts. The client itself respects a longer `Retry-After`. */
const pauseMaxMs = 5 * 60_000;

/** Polling that has made no progress for this long raises an alarm. */
const failedAfterMs = 15 * 60_000;

/** The progress of a poll, and the time of its last progress. */
interface Heartbeat {
  readonly atMs: number;
  /** Undefined: the next attempt starts over. */
  readonly progress: PollProgress | undefined;
}

const failureOf = ({ kind, message, name, retryAfterMs }: SparkflyFault): ApplicationFailure => {
  // Rejected credentials will not be accepted a few seconds later.
  const waitMs = kind === 'unauthorized' ? pauseMaxMs : retryAfterMs;
  return ApplicationFailure.create({
    type: name,
    message,
    category: 'BENIGN',
    ...(waitMs !== undefined && { nextRetryDelay: Math.max(1, Math.min(waitMs, pauseMaxMs)) }),
  });
};

const report = (deps: AlertActivityDeps, closed: ClosedPoll): void => {
  const { unreadable, fault, isCut, cut = 0 } = closed;
  const { log } = Context.current();
  if (unreadable > 0) log.warn('alerts of Sparkfly cannot be read', { unreadable, fault });
  if (cut > 0) log.warn('long texts of alerts of Sparkfly were cut', { cut });
  if (isCut) log.warn('the listing of Sparkfly has too many pages');
  if (unreadable === 0 && !isCut) return;
  deps.reports.alarm('sparkfly_failed', { reason: unreadable > 0 ? 'unreadable' : 'pages' });
};

/** An unreadable entry stays in the listing for days: one report per hour is enough. */
const remindEveryMs = 3_600_000;

/**
 * Reports entries that a poll could not read. The polls of one process share the last report time.
 */
const createReport = (deps: AlertActivityDeps) => {
  let reportedAtMs = Number.NEGATIVE_INFINITY;
  return (poll: ClosedPoll): void => {
    const { unreadable, isCut, cut = 0 } = poll;
    const nowMs = deps.now().getTime();
    if ((unreadable === 0 && !isCut && cut === 0) || nowMs - reportedAtMs < remindEveryMs) return;
    reportedAtMs = nowMs;
    report(deps, poll);
  };
};

const raiseAlarms = (deps: AlertActivityDeps, error: unknown, lastGoodAtMs: number): void => {
  const fault = error instanceof SparkflyFault ? error.kind : 'not_taken_in';
  if (fault === 'unauthorized') deps.reports.alarm('sparkfly_unauthorized');
  if (deps.now().getTime() - lastGoodAtMs < failedAfterMs) return;
  deps.reports.alarm('sparkfly_failed', { reason: fault });
};

/**
 * Makes the next attempt start at the first page: the listing may have become shorter, so that its
 * page no longer exists.
 */
const forgetProgress = (error: unknown, atMs: number): void => {
  if (!(error instanceof SparkflyFault) || error.kind !== 'unusable') return;
  Context.current().heartbeat({ atMs, progress: undefined } satisfies Heartbeat);
};

/** Reads the listing; the heartbeats carry how far it has come. */
const readListing = (
  first: Heartbeat | undefined,
  read: (beat: (progress: PollProgress) => void) => Promise<ClosedPoll>,
  lastGood: { atMs: number },
): Promise<ClosedPoll> => {
  const context = Context.current();
  let latest = first;
  const onProgress = (progress: PollProgress) => {
    lastGood.atMs = Date.now();
    latest = { atMs: lastGood.atMs, progress };
    context.heartbeat(latest);
  };
  return withHeartbeats(() => read(onProgress), {
    everyMs: heartbeatEveryMs,
    details: () => latest,
  });
};

const poll = async (
  deps: AlertActivityDeps,
  reportUnreadable: (poll: ClosedPoll) => void,
): Promise<PolledSparkfly> => {
  const { sparkfly, settings } = deps;
  if (sparkfly === undefined) return { kind: 'off' };
  const { cancellationSignal: signal, info } = Context.current();
  const resumed = info.heartbeatDetails as Heartbeat | undefined;
  const lastGood = { atMs: Math.max(info.scheduledTimestampMs, resumed?.atMs ?? 0) };
  const readPage = (page: number) => sparkfly.readPage(page, signal);
  try {
    const closed = await readListing(
      resumed,
      (onProgress) => pollListing({ ...deps, readPage, onProgress }, resumed?.progress),
      lastGood,
    );
    reportUnreadable(closed);
    const { read, taken, moved, unreadable, pages, walkedAll } = closed;
    const counts = { read, taken, moved, unreadable, pages, walkedAll };
    return { kind: 'polled', pollEveryMs: settings.sparkfly.pollEveryMs, ...counts };
  } catch (error) {
    if (error instanceof CancelledFailure || signal.aborted) throw error;
    raiseAlarms(deps, error, lastGood.atMs);
    forgetProgress(error, lastGood.atMs);
    throw error instanceof SparkflyFault ? failureOf(error) : error;
  }
};

/**
 * Polls Sparkfly's alerts once, as far back as is due, and stores them. It may run twice: known
 * alerts are not stored again, and an attempt continues at the page that the previous one reached.
 */
export const pollSparkfly = (deps: AlertActivityDeps) => {
  const reportUnreadable = createReport(deps);
  return (): Promise<PolledSparkfly> => poll(deps, reportUnreadable);
};
