import { authorisationFacts } from './authorisation.js';
import { avsFacts } from './avs.js';
import { cardFacts } from './card.js';
import { customerFacts } from './customer.js';
import { emailFacts } from './email.js';
import type { FactGroup, FactSource, FactSpec, FactValue } from './fact-group.js';
import { giftCardFacts, highRiskFacts, itemFacts } from './items.js';
import { promotionFacts } from './promotions.js';
import { shippingFacts } from './shipping.js';
import { storeFacts } from './store.js';
import { transactionFacts } from './transaction.js';
import {
  byAccountFacts,
  byAddressFacts,
  byBinFacts,
  byCardFacts,
  byDeviceFacts,
  byEmailFacts,
  byIpFacts,
  historyFacts,
} from './velocity.js';

/** What is counted over earlier orders. */
const historyGroups: Readonly<Record<string, FactGroup>> = {
  byCard: byCardFacts,
  byEmail: byEmailFacts,
  byAccount: byAccountFacts,
  byIp: byIpFacts,
  byDevice: byDeviceFacts,
  byAddress: byAddressFacts,
  byBin: byBinFacts,
  history: historyFacts,
};

/** Everything that a rule may read, by the name it has in the rule language. */
export const factGroups: Readonly<Record<string, FactGroup>> = {
  tx: transactionFacts,
  auth: authorisationFacts,
  avs: avsFacts,
  card: cardFacts,
  customer: customerFacts,
  email: emailFacts,
  shipping: shippingFacts,
  items: itemFacts,
  giftCards: giftCardFacts,
  highRisk: highRiskFacts,
  promotions: promotionFacts,
  store: storeFacts,
  ...historyGroups,
};

/** True for a fact that needs the orders which share a subject. */
export const isHistoryFact = (name: string): boolean =>
  Object.hasOwn(historyGroups, name.split('.')[0] ?? '');

/** Facts of one transaction: group to name to value. A group that could not be read is absent. */
export type Facts = Readonly<Record<string, Readonly<Record<string, FactValue>>>>;

/** What the catalogue says of `group.name`; undefined when there is no such fact. */
export const factSpecOf = (name: string): FactSpec | undefined => {
  const [group = '', fact = '', ...rest] = name.split('.');
  if (rest.length > 0 || !Object.hasOwn(factGroups, group)) return undefined;
  const specs = factGroups[group]?.specs ?? {};
  return Object.hasOwn(specs, fact) ? specs[fact] : undefined;
};

const jsTypes = { double: 'number', bool: 'boolean', string: 'string' } as const;

const isTotal = (specs: FactGroup['specs'], values: Readonly<Record<string, FactValue>>) =>
  Object.entries(specs).every(([name, { type }]) => {
    const value = values[name];
    return typeof value === jsTypes[type] && (type !== 'double' || Number.isFinite(value));
  });

const readGroup = ({ specs, read }: FactGroup, source: FactSource) => {
  try {
    const values = read(source);
    return isTotal(specs, values) ? values : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Computes all facts of a transaction, once. A group that fails is left out, so that the rules
 * that read it are errored (and the order reviewed) while all others still count.
 */
export const readFacts = (
  source: FactSource,
  groups: Readonly<Record<string, FactGroup>> = factGroups,
): Facts =>
  Object.fromEntries(
    Object.entries(groups).flatMap(([name, group]) => {
      const values = readGroup(group, source);
      return values === undefined ? [] : [[name, values] as const];
    }),
  );
