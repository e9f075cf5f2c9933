import type { RuleSetChange } from '../../contracts/v1/rule-sets.js';
import { isSame, partsOf, type RulePart } from './parts.js';
import type { RuleSetContent } from '../../domain/rule-text/content.js';

const comparePart = (
  before: RulePart | undefined,
  after: RulePart | undefined,
): RuleSetChange[] => {
  const part = after ?? before;
  if (part === undefined) return [];
  const names = Object.keys({ ...before?.fields, ...after?.fields });
  const fields = names.flatMap((field) => {
    const [was, is] = [before?.fields[field], after?.fields[field]];
    return isSame(was, is) ? [] : [{ field, before: was ?? null, after: is ?? null }];
  });
  const { banner, rule } = part;
  if (before === undefined) return [{ banner, rule, kind: 'added', fields }];
  if (after === undefined) return [{ banner, rule, kind: 'removed', fields }];
  return fields.length > 0 ? [{ banner, rule, kind: 'changed', fields }] : [];
};

/** Decisions name rules in the order of the text. */
const compareOrder = (before: RuleSetContent, after: RuleSetContent): RuleSetChange[] => {
  const idsOf = ({ rules }: RuleSetContent, other: RuleSetContent) =>
    rules.map(({ id }) => id).filter((id) => other.rules.some((rule) => rule.id === id));
  const [was, is] = [idsOf(before, after), idsOf(after, before)];
  const fields = [{ field: 'order', before: was, after: is }];
  return isSame(was, is) ? [] : [{ banner: null, rule: null, kind: 'changed', fields }];
};

/** Every rule, override and band in which two rule sets differ, in the order of the later one. */
export const compareRuleSets = (before: RuleSetContent, after: RuleSetContent): RuleSetChange[] => {
  const [was, is] = [partsOf(before), partsOf(after)];
  return [
    ...[...new Set([...is.keys(), ...was.keys()])].flatMap((key) =>
      comparePart(was.get(key), is.get(key)),
    ),
    ...compareOrder(before, after),
  ];
};
