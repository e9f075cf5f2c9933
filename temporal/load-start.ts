import type { Lookups } from '../domain/lookups.js';
import { type Config, filesNamedIn, loadConfig } from '../runtime/config.js';
import { beginReading, ConfigError, type Environment } from '../runtime/env.js';
import { loadLookups } from '../runtime/lookups.js';
import type { ShippedRules } from '../services/rule-sets/versions.js';
import { shippedRulesAt } from './live-rules.js';

/** The configuration, with the contents of the files that it names. */
export interface Start {
  readonly config: Config;
  readonly shippedRules: ShippedRules;
  readonly lookups: Lookups;
}

/**
 * Reads the configuration and the files that it names. Throws one `ConfigError` with every problem,
 * each under its variable's name.
 */
export const loadStart = (env: Environment): Start => {
  const { problems, attempt } = beginReading();
  const { rulesFile, lookupFiles } = filesNamedIn(env);
  const config = attempt(() => loadConfig(env));
  const shippedRules = attempt(() => shippedRulesAt(rulesFile));
  const lookups = attempt(() => loadLookups(lookupFiles));
  if (!config || !shippedRules || !lookups) throw new ConfigError(problems);
  return { config, shippedRules, lookups };
};
