import { readFileSync } from 'node:fs';
import type {
  RuleSetPublication,
  RuleSetVersion,
  RuleSetVersionText,
} from '../../contracts/v1/rule-sets.js';
import {
  findPublicationBefore,
  findRuleSetVersions,
  listRuleSetPublications,
  listRuleSetVersions,
  type VersionRow,
} from '../../db/rule-sets.js';
import type { NumberedRuleSet, RulesInForce } from '../../domain/rules/in-force.js';
import { RuleSetError } from '../../domain/rules/rule-set-error.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import type { Context } from '../context.js';
import { readRuleText } from './read-text.js';

/** The rules file of a release: version 0, in force until the first publication. */
export interface ShippedRules {
  readonly text: string;
  readonly ruleSet: RuleSet;
}

/** A stored version as the API shows it. */
const viewVersion = (row: VersionRow): RuleSetVersion => ({
  version: row.version,
  hash: row.hash,
  note: row.note,
  author: row.author,
  draftId: row.draft_id,
  createdAt: row.created_at.toISOString(),
});

/** Version 0: the file that this release ships. */
const viewShipped = ({ ruleSet }: ShippedRules): RuleSetVersion => ({
  version: 0,
  hash: ruleSet.hash,
  note: '',
  author: null,
  draftId: null,
  createdAt: null,
});

/**
 * Reads and checks a rules file. Throws `RuleSetError`, whose problems begin with line and column,
 * and the file system's error when there is no such file.
 */
export const readShippedRules = (path: string): ShippedRules => {
  const text = readFileSync(path, 'utf8');
  const read = readRuleText(text);
  if ('ruleSet' in read) return { text, ruleSet: read.ruleSet };
  throw new RuleSetError(
    read.problems.map(({ rule, message, line, column }) => ({
      rule: `${line}:${column} ${rule}`,
      message,
      path: [],
    })),
  );
};

/** One version with its text; undefined when there is none. */
export const readVersion = async (
  { db }: Context,
  shipped: ShippedRules,
  version: number,
): Promise<RuleSetVersionText | undefined> => {
  if (version === 0) return { ...viewShipped(shipped), text: shipped.text };
  const [row] = await findRuleSetVersions(db, [version]);
  return row && { ...viewVersion(row), text: row.text };
};

/**
 * All versions, newest first. The last is version 0, the present shipped file; files of earlier
 * releases are not kept.
 */
export const listVersions = async (
  { db }: Context,
  shipped: ShippedRules,
): Promise<RuleSetVersion[]> => [
  ...(await listRuleSetVersions(db)).map(viewVersion),
  viewShipped(shipped),
];

/** All publications, newest first. */
export const listPublications = async ({ db }: Context): Promise<RuleSetPublication[]> =>
  (await listRuleSetPublications(db)).map((row) => ({
    publication: row.publication,
    version: row.version,
    note: row.note,
    author: row.author,
    publishedAt: row.published_at.toISOString(),
  }));

/** The hash of the previous rules in force; undefined before the first publication. */
export const findHashBefore = async (
  { db }: Context,
  shipped: ShippedRules,
): Promise<string | undefined> => {
  const version = await findPublicationBefore(db);
  if (version === undefined) return undefined;
  if (version === 0) return shipped.ruleSet.hash;
  return (await findRuleSetVersions(db, [version]))[0]?.hash;
};

/**
 * This process cannot compile a stored version: a newer release wrote it. The message has the
 * version and the names of the rules, but not their content.
 */
export class RulesRefused extends Error {
  override readonly name = 'RulesRefused';
  readonly version: number;
  /** What is still usable: the live rules, when only the challenger is refused. */
  readonly usable: RulesInForce | undefined;

  constructor(version: number, rules: readonly string[], usable?: RulesInForce) {
    super(`version ${version} cannot be used: ${[...new Set(rules)].join(', ')}`);
    this.version = version;
    this.usable = usable;
  }
}

/** A cache of the versions used last; a version never changes. */
export type LoadedVersions = Map<number, RuleSet>;

const loadedMax = 8;

const keep = (loaded: LoadedVersions, version: number, ruleSet: RuleSet): void => {
  loaded.delete(version);
  loaded.set(version, ruleSet);
  const [oldest] = loaded.keys();
  if (loaded.size > loadedMax && oldest !== undefined) loaded.delete(oldest);
};

/**
 * Loads and compiles a version, whether or not it is in force; undefined when there is none. Caches
 * it in `loaded`. Throws `RulesRefused` for one that this release cannot compile.
 */
export const loadVersion = async (
  { db }: Context,
  shipped: NumberedRuleSet,
  loaded: LoadedVersions,
  version: number,
): Promise<RuleSet | undefined> => {
  if (version === shipped.version) return shipped.ruleSet;
  const known = loaded.get(version);
  if (known !== undefined) {
    keep(loaded, version, known);
    return known;
  }
  const [row] = await findRuleSetVersions(db, [version]);
  if (row === undefined) return undefined;
  const read = readRuleText(row.text);
  if ('problems' in read) {
    throw new RulesRefused(
      version,
      read.problems.map(({ rule }) => rule),
    );
  }
  keep(loaded, version, read.ruleSet);
  return read.ruleSet;
};
