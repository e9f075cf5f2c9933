/** What is told of a subject by others than the order itself. */
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
 * By what of the order a piece of evidence was found. The last two are weak, since strangers share
 * them: `card_digits` is BIN and last four only, `store` is whoever was in the order's store.
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

/** Shared by strangers: a hint at most. */
export const isWeak = (subject: EvidenceSubject): boolean =>
  subject === 'card_digits' || subject === 'store';

/** A fact about a subject of the order that came from elsewhere, known when it was received. */
export interface Evidence {
  readonly evidenceId: string;
  readonly kind: EvidenceKind;
  /** Where it came from: `aifi`, `sparkfly`, `verdict`, `label` */
  readonly source: string;
  /** What the source knows it by. */
  readonly reference: string;
  readonly subject: EvidenceSubject;
  /** When it happened, as epoch milliseconds. */
  readonly occurredAtMs: number;
}

/**
 * By what a reference is known without the number of its statement: what was withdrawn and told
 * again as `17#2` is the same thing as `17`.
 */
export const rootOf = (reference: string): string => reference.replace(/#\d+$/, '');
