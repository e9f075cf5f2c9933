import { answerPartsMax, hasMoreParts } from '../../contracts/json-parts.js';
import { SparkflyFault } from './fault.js';

/** One page of Sparkfly's alerts; the alerts themselves are not parsed yet. */
export interface SparkflyPage {
  /** The unparsed entries, in order. */
  readonly entries: readonly unknown[];
  /** True when no page follows. */
  readonly isLast: boolean;
  /** True when Sparkfly sent the number of pages or entries. */
  readonly isCounted: boolean;
}

const countOf = (value: unknown, min: number): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= min ? value : undefined;

const jsonOf = (text: string): unknown => {
  if (hasMoreParts(text, answerPartsMax)) throw new SparkflyFault('unusable', 'too many values');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SparkflyFault('unusable', 'not JSON');
  }
};

/**
 * Parses a page. Without numbers, a page that is not full is the last one. A bare array is a page
 * without numbers, and the whole listing when it holds more than requested. Throws `SparkflyFault`.
 */
export const readPage = (
  text: string,
  asked: { readonly page: number; readonly perPage: number },
): SparkflyPage => {
  const json = jsonOf(text);
  const given = (Array.isArray(json) ? { fraud_alert_events: json } : json) as Readonly<
    Record<string, unknown>
  > | null;
  const entries = given?.['fraud_alert_events'];
  if (!Array.isArray(entries)) throw new SparkflyFault('unusable', 'not a page of alerts');
  if (entries.length === 0) return { entries, isLast: true, isCounted: false };
  const perPage = countOf(given?.['per_page'], 1) ?? asked.perPage;
  const total = countOf(given?.['total_entries'], 0);
  const pages =
    countOf(given?.['total_pages'], 0) ??
    (total === undefined ? undefined : Math.ceil(total / perPage));
  const isUnpaged = entries.length > perPage;
  const isLast = pages === undefined ? entries.length !== perPage : asked.page >= pages;
  return { entries, isLast: isLast || isUnpaged, isCounted: pages !== undefined };
};
