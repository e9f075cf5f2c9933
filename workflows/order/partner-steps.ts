import type { VotingPartner } from '../../contracts/voting-partners.js';
import { partnersAgain, partnersWithin } from './activity-options.js';
import type { ScreenTransactionInput } from './messages.js';

/** Orders of earlier versions do not say whom they ask: there were these two. */
const earlierPartners: readonly VotingPartner[] = ['sardine', 'yleo'];

/** Whom an order asks, in the order in which the checks are begun. */
export const partnersOf = ({ partners = earlierPartners }: ScreenTransactionInput) => partners;

/** Activities are named after their partner, so that operators read whom a step asks. */
const capitalised = <Name extends string>(name: Name) =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}` as Capitalize<Name>;

/** The step that asks a partner inside the answer: `checkSardine`. */
export const checkStep = (partner: VotingPartner, budgetMs: number) =>
  partnersWithin(budgetMs)[`check${capitalised(partner)}`];

/** The step that asks a silent partner again: `askSardineAgain`. */
export const askAgainStep = (partner: VotingPartner) =>
  partnersAgain()[`ask${capitalised(partner)}Again`];
