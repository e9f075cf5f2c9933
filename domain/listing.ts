import type { ListKind } from '../contracts/v1/lists.js';

/** What of an order a list entry can name. Text lists are asked with a text fact, by its name. */
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

/** A live entry of a list that names something of the order. */
export interface Listing {
  readonly list: string;
  readonly kind: ListKind;
  /** A `ListableSubject`, or the name of the text fact that the entry equals. */
  readonly subject: string;
}
