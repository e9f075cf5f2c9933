import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { factGroups } from '../../domain/facts/catalogue.js';
import { defaultRuleSet } from './rules.js';
import { makeTempDir } from './temp-dir.js';

/**
 * The shipped rules without those that read earlier orders, for stacks whose orders share cards and
 * people on purpose.
 */
export const makeForgetfulRules = (): { readonly path: string; readonly remove: () => void } => {
  const folder = makeTempDir();
  const historic = Object.entries(factGroups).flatMap(([group, { needs }]) =>
    needs.includes('history') ? [`${group}.`] : [],
  );
  const rules = defaultRuleSet().rules.flatMap((rule) => {
    const cases = rule.cases.filter(({ when }) => !historic.some((group) => when.includes(group)));
    return cases.length === 0 ? [] : [{ ...rule, cases }];
  });
  const path = join(folder.path, 'rules.yaml');
  writeFileSync(path, stringify({ rules }));
  return { path, remove: () => folder.remove() };
};
