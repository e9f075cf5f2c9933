import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { makeTempDir } from './temp-dir.js';

const shippedPath = 'config/verdict.yaml';

/** The shipped settings, parsed from their file. */
export const shippedSettings = (path = shippedPath) =>
  parse(readFileSync(path, 'utf8')) as {
    readonly banners: Readonly<Record<string, object>>;
  };

/** A temporary settings file: a shipped one, by default today's, with some groups replaced. */
export const makeSettingsFile = (
  overrides: Readonly<Record<string, unknown>>,
  shipped?: string,
): { readonly path: string; readonly remove: () => void } => {
  const folder = makeTempDir();
  const path = join(folder.path, 'verdict.yaml');
  writeFileSync(path, stringify({ ...shippedSettings(shipped), ...overrides }));
  return { path, remove: () => folder.remove() };
};

/** Limits with a breaker that never opens, for tests about faults and not about the breaker. */
export const patientGuard = {
  breaker: { consecutiveFailures: 100_000, window: 100_000, windowMin: 100_000 },
};
