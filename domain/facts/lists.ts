import { type ListableSubject, listableSubjects, type Listing } from '../listing.js';
import { code, defineFactsWith, flag } from './fact-group.js';

/**
 * The subject by which a list matches the order: the first in the order of `listableSubjects`, so
 * that the result does not depend on the order of the entries. Blank without a match.
 */
const firstSubject = (listings: readonly Listing[], kind: Listing['kind']): string => {
  let first: ListableSubject | undefined;
  for (const listing of listings) {
    if (listing.kind !== kind) continue;
    const subject = listableSubjects.find((one) => one === listing.subject);
    if (subject === undefined) continue;
    const isEarlier =
      first === undefined || listableSubjects.indexOf(subject) < listableSubjects.indexOf(first);
    if (isEarlier) first = subject;
  }
  return first ?? '';
};

const subjects = ['', ...listableSubjects];

export const listFacts = defineFactsWith(
  ['listings'],
  {
    blocked: flag('An entry of the block list matches the order.'),
    blockedBy: code('The subject that the block list matches first; blank if none.', subjects),
    allowed: flag('An entry of the allow list matches the order.'),
    allowedBy: code('The subject that the allow list matches first; blank if none.', subjects),
  },
  ({ listings }) => {
    const blockedBy = firstSubject(listings, 'block');
    const allowedBy = firstSubject(listings, 'allow');
    return { blocked: blockedBy !== '', blockedBy, allowed: allowedBy !== '', allowedBy };
  },
);
