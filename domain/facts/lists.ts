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
    blocked: flag('The block list names something of the order.'),
    blockedBy: code('What of the order it names first; blank when nothing.', subjects),
    allowed: flag('The allow list names something of the order.'),
    allowedBy: code('What of the order it names first; blank when nothing.', subjects),
  },
  ({ listings }) => {
    const blockedBy = firstSubject(listings, 'block');
    const allowedBy = firstSubject(listings, 'allow');
    return { blocked: blockedBy !== '', blockedBy, allowed: allowedBy !== '', allowedBy };
  },
);
