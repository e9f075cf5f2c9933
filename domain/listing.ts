import type { ListKind } from '../contracts/v1/lists.js';

/**
 * The fields of an order that a list entry can match. Text lists match a text fact, by its name.
 */
export const listableSubjects = [
  'card',
  'email',
  'emailDomain',
  'account',
  'device',
  'ip',
  'address',
  'bin',
] as const;
export type ListableSubject = (typeof listableSubjects)[number];

/** An active list entry that matches the order. */
export interface Listing {
  readonly list: string;
  readonly kind: ListKind;
  /** A `ListableSubject`, or the name of the text fact that equals the entry. */
  readonly subject: string;
}
