import { SparkflyFault } from './fault.js';

/** One page of Sparkfly's alerts, as far as it can be read without reading the alerts. */
export interface SparkflyPage {
  /** As they came. */
  readonly entries: readonly unknown[];
  /** No page follows. */
  readonly isLast: boolean;
  /** Sparkfly told how many pages or entries there are. */
  readonly isCounted: boolean;
}

const countOf = (value: unknown, min: number): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= min ? value : undefined;

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SparkflyFault('unusable', 'not JSON');
  }
};

/**
 * Reads a page. Its numbers may be missing: then a page that is not full is the last one. A bare
 * array is a page without numbers, and the whole listing when it holds more than was asked for.
 * Throws `SparkflyFault`.
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
