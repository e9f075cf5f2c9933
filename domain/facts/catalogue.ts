import { authorisationFacts } from './authorisation.js';
import { avsFacts } from './avs.js';
import { byBinFacts } from './by-bin.js';
import { byGoodsFacts } from './by-goods.js';
import { byDomainFacts } from './by-domain.js';
import { byHouseFacts } from './by-house.js';
import { byStoreFacts } from './by-store.js';
import { cardFacts } from './card.js';
import { customerFacts } from './customer.js';
import { emailFacts } from './email.js';
import { evidenceFacts } from './evidence.js';
import type { FactGroup, FactNeed, FactSource, FactSpec, FactValue } from './fact-group.js';
import { familiarFacts } from './familiar.js';
import { historyFacts, linkFacts } from './history.js';
import { homeFacts } from './home.js';
import { giftCardFacts, highRiskFacts, itemFacts } from './items.js';
import { ownValue } from '../own-value.js';
import { listFacts } from './lists.js';
import { binFacts, ipFacts } from './lookups.js';
import { promotionFacts } from './promotions.js';
import { shippingFacts } from './shipping.js';
import { storeFacts } from './store.js';
import { transactionFacts } from './transaction.js';
import {
  byAccountFacts,
  byAddressFacts,
  byCardFacts,
  byCustomerFacts,
  byDeviceFacts,
  byEmailFacts,
  byIpFacts,
  bySalesRepFacts,
} from './velocity.js';

/** All facts that a rule may read, by group, under their names in the rule language. */
export const factGroups: Readonly<Record<string, FactGroup>> = {
  tx: transactionFacts,
  home: homeFacts,
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
  ip: ipFacts,
  bin: binFacts,
  byCard: byCardFacts,
  byEmail: byEmailFacts,
  byAccount: byAccountFacts,
  byCustomer: byCustomerFacts,
  byIp: byIpFacts,
  byDevice: byDeviceFacts,
  byAddress: byAddressFacts,
  byHouse: byHouseFacts,
  byBin: byBinFacts,
  byGoods: byGoodsFacts,
  byStore: byStoreFacts,
  byDomain: byDomainFacts,
  bySalesRep: bySalesRepFacts,
  history: historyFacts,
  familiar: familiarFacts,
  links: linkFacts,
  lists: listFacts,
  evidence: evidenceFacts,
};

/** The data to load before these facts (`group.name`) can be computed. */
export const needsOf = (factNames: Iterable<string>): ReadonlySet<FactNeed> => {
  const needs = new Set<FactNeed>();
  for (const name of factNames) {
    const group = name.split('.')[0] ?? '';
    for (const need of ownValue(factGroups, group)?.needs ?? []) needs.add(need);
  }
  return needs;
};

/**
 * Facts of one transaction: group to name to value. A group that failed, or whose data was not
 * loaded, is absent.
 */
export type Facts = Readonly<Record<string, Readonly<Record<string, FactValue>>>>;

/** The catalogue's entry of `group.name`; undefined when there is no such fact. */
export const factSpecOf = (name: string): FactSpec | undefined => {
  const [group = '', fact = '', ...rest] = name.split('.');
  return rest.length > 0 ? undefined : ownValue(ownValue(factGroups, group)?.specs ?? {}, fact);
};

const jsTypes = { double: 'number', bool: 'boolean', string: 'string' } as const;

/** The type of each fact of a group, cached because every order needs them. */
const typesByGroup = new WeakMap<FactGroup, readonly (readonly [name: string, type: string])[]>();

const typesOf = (group: FactGroup) => {
  const known = typesByGroup.get(group);
  if (known !== undefined) return known;
  const types = Object.entries(group.specs).map(
    ([name, { type }]) => [name, jsTypes[type]] as const,
  );
  typesByGroup.set(group, types);
  return types;
};

const isTotal = (group: FactGroup, values: Readonly<Record<string, FactValue>>): boolean => {
  for (const [name, type] of typesOf(group)) {
    const value = values[name];
    if (typeof value !== type || (type === 'number' && !Number.isFinite(value))) return false;
  }
  return true;
};

const readGroup = (group: FactGroup, source: FactSource) => {
  if (group.needs.some((need) => source[need] === undefined)) return undefined;
  try {
    const values = group.read(source);
    return isTotal(group, values) ? values : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Computes all facts of a transaction once. It leaves out a group that fails or whose data was not
 * loaded: the rules that read it are errored (and the order goes to review), all others still
 * count.
 */
export const readFacts = (
  source: FactSource,
  groups: Readonly<Record<string, FactGroup>> = factGroups,
): Facts => {
  const facts: Record<string, Readonly<Record<string, FactValue>>> = {};
  for (const name of Object.keys(groups)) {
    const group = groups[name];
    const values = group && readGroup(group, source);
    if (values !== undefined) facts[name] = values;
  }
  return facts;
};
