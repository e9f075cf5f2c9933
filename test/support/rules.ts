import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { Settings } from '../../contracts/settings.js';
import { loadRuleSet } from '../../domain/rules/load-rule-set.js';
import { readShippedRules } from '../../services/rule-sets/versions.js';

const read = (path: string): unknown =>
  parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));

export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The shipped settings, with some groups replaced. */
export const exampleSettings = (overrides: Partial<Record<keyof Settings, unknown>> = {}) =>
  Settings.parse({ ...(read('config/verdict.yaml') as object), ...overrides });

/** The shipped rules as a process reads them. */
export const shippedRules = () =>
  readShippedRules(fileURLToPath(new URL('../../rules/default.yaml', import.meta.url)));

/** The shipped rules. */
export const defaultRuleSet = () => loadRuleSet(read('rules/default.yaml'), hashText);
