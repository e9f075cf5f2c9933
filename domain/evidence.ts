/** The kinds of reports about a subject that come from outside the order. */
export const evidenceKinds = [
  'aifi_suspicion',
  'sparkfly_alert',
  'fraud',
  'chargeback',
  'dispute',
  'refund',
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/**
 * The field of the order that linked a piece of evidence to it. The last two are weak, because many
 * shoppers share them: `card_digits` is BIN and last four, `store` is everybody in the order's
 * store.
 */
export const evidenceSubjects = [
  'card',
  'email',
  'account',
  'device',
  'address',
  'card_digits',
  'store',
] as const;
export type EvidenceSubject = (typeof evidenceSubjects)[number];

/** True for subjects that strangers share: evidence on them is a hint at most. */
export const isWeak = (subject: EvidenceSubject): boolean =>
  subject === 'card_digits' || subject === 'store';

/**
 * A report about a subject of the order from another source, received before the order was scored.
 */
export interface Evidence {
  readonly evidenceId: string;
  readonly kind: EvidenceKind;
  /** The source: `aifi`, `sparkfly`, `verdict` or `label`. */
  readonly source: string;
  /** The source's own id of the report. */
  readonly reference: string;
  readonly subject: EvidenceSubject;
  /** The time of the event, as epoch milliseconds. */
  readonly occurredAtMs: number;
}

/**
 * A reference without the number of its statement: a report that was withdrawn and made again as
 * `17#2` is still report `17`.
 */
export const rootOf = (reference: string): string => reference.replace(/#\d+$/, '');
