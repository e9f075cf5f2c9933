/** What is told of a subject by others than the order itself. */
export const evidenceKinds = [
  'aifi_suspicion',
  'sparkfly_alert',
  'fraud',
  'chargeback',
  'refund',
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** By what of the order a piece of evidence was found; `card_digits` is BIN and last four only. */
export const evidenceSubjects = [
  'card',
  'email',
  'account',
  'device',
  'address',
  'card_digits',
] as const;
export type EvidenceSubject = (typeof evidenceSubjects)[number];

/** A fact about a subject of the order that came from elsewhere, known when it was received. */
export interface Evidence {
  readonly evidenceId: string;
  readonly kind: EvidenceKind;
  /** Where it came from: `aifi`, `sparkfly`, `label`, ... */
  readonly source: string;
  readonly subject: EvidenceSubject;
  /** When it happened, as epoch milliseconds. */
  readonly occurredAtMs: number;
}
