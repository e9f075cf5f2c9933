import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Settings } from '../contracts/settings.js';
import { findExpressionProblems } from '../domain/custom/answer-reader.js';
import { ConfigError } from './env.js';

/** The parser's message quotes the file below its first line. */
const firstLine = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'is no YAML';

const readYaml = (variable: string, path: string): unknown => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError([`${variable}: the file cannot be read`]);
  }
  try {
    return parse(text);
  } catch (error) {
    throw new ConfigError([`${variable}: ${firstLine(error)}`]);
  }
};

/**
 * Reads the settings file that `variable` names. Throws `ConfigError` with every wrong setting by
 * its path in the file.
 */
export const loadSettings = (variable: string, path: string): Settings => {
  const result = Settings.safeParse(readYaml(variable, path));
  if (!result.success) {
    throw new ConfigError(
      result.error.issues.map((issue) => `${variable}: ${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const problems = findExpressionProblems(result.data.custom);
  if (problems.length === 0) return result.data;
  throw new ConfigError(problems.map((problem) => `${variable}: custom.${problem}`));
};
