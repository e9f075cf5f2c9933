import { parseWire } from '../../contracts/faults.js';
import { FraudAlertEventInput } from '../../contracts/sparkfly/event.js';
import { cutText, isLonger, textLimits } from '../../contracts/text-limits.js';
import type { Pool } from '../../db/pool.js';
import type { ListedInstants } from '../../domain/alerts/listing-walk.js';
import { dayMs } from '../../domain/utc-day.js';
import { latestAcceptedMs } from '../alerts/counting.js';
import { recordReportedAlert } from '../alerts/events.js';
import type { Context } from '../context.js';

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
    ...(typeof name === 'string' && { fraud_alert_rule_name: cutText(name, 'toldRuleName') }),
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
