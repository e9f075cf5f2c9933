import type { KnownRuleFacts } from '../../../services/case-view/rule-facts.js';
import type { ViewContext } from '../../../services/case-view/view.js';
import type { callOf, ConsoleDeps } from '../../deps.js';

/** The context of a call that reads what a page shows of an order. */
export type ContextOf = (call: ReturnType<typeof callOf>) => ViewContext;

/** Its contexts share the rule sets that were parsed for earlier pages. */
export const createContextOf = ({
  shippedRules: shipped,
  policyDefaults,
}: Pick<ConsoleDeps, 'shippedRules' | 'policyDefaults'>): ContextOf => {
  const knownRules: KnownRuleFacts = new Map();
  return (call) => ({ ...call, shipped, policyDefaults, knownRules });
};
