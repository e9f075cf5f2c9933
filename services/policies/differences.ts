import { Policy } from '../../contracts/policy.js';
import type { PolicyDifferences } from '../../contracts/v1/policies.js';
import { listChanges } from './list-changes.js';

const defaults = Policy.parse({});

/** In what a policy differs from another one: what went, what came, and what is another now. */
export const differencesOf = (from: Policy, to: Policy): PolicyDifferences => {
  const own = (policy: Policy) => new Set(listChanges(defaults, policy).map(({ path }) => path));
  const [was, is] = [own(from), own(to)];
  const all = listChanges(from, to);
  return {
    removed: all.filter(({ path }) => !is.has(path)),
    added: all.filter(({ path }) => !was.has(path)),
    changed: all.filter(({ path }) => was.has(path) && is.has(path)),
  };
};
