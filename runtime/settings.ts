import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Settings } from '../contracts/settings.js';
import { ConfigError } from './env.js';

/** Reads `config/verdict.yaml`; throws `ConfigError` naming every wrong setting by its path. */
export const loadSettings = (path: string): Settings => {
  let raw: unknown;
  try {
    raw = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError([`${path}: ${error instanceof Error ? error.message : 'unreadable'}`]);
  }
  const result = Settings.safeParse(raw);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => `${path}: ${issue.path.join('.')}: ${issue.message}`),
  );
};
