import type { VotingPartner } from '../../contracts/voting-partners.js';
import { partnersAgain, partnersWithin } from './activity-options.js';
import type { ScreenTransactionInput } from './messages.js';

/** Orders of earlier versions do not name their partners: only these two existed. */
const earlierPartners: readonly VotingPartner[] = ['sardine', 'yleo'];

/** The partners of an order, in the order in which the checks start. */
export const partnersOf = ({ partners = earlierPartners }: ScreenTransactionInput) => partners;

/** Activities are named after their partner, so that operators see whom a step asks. */
const capitalised = <Name extends string>(name: Name) =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}` as Capitalize<Name>;

/** The activity that asks a partner within the answer: `checkSardine`. */
export const checkStep = (partner: VotingPartner, budgetMs: number) =>
  partnersWithin(budgetMs)[`check${capitalised(partner)}`];

/** The activity that asks a silent partner again: `askSardineAgain`. */
export const askAgainStep = (partner: VotingPartner) =>
  partnersAgain()[`ask${capitalised(partner)}Again`];
