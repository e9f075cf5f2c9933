import type { RuleSetInForce } from '../../contracts/v1/rule-sets.js';
import type { Queryable } from '../../db/pool.js';
import { findLatestPublication } from '../../db/rule-sets.js';
import { parseText } from './parse-text.js';
import type { ShippedRules } from './read-shipped.js';
import { readVersion } from './read-version.js';
import { type TextInForce, viewInForce } from './view-in-force.js';

const countRules = (text: string): number | null => {
  const parsed = parseText(text);
  if ('problems' in parsed) return null;
  const raw = parsed.document.toJS() as { readonly rules?: unknown } | null;
  return Array.isArray(raw?.rules) ? raw.rules.length : null;
};

/** The text in force. Throws `TemporarilyUnavailable`. */
export const findTextInForce = async (
  db: Queryable,
  shipped: ShippedRules,
): Promise<TextInForce> => {
  const publication = await findLatestPublication(db);
  const version = await readVersion(db, shipped, publication?.version ?? 0);
  // Publications are made under a lock, of versions that are there and are never deleted.
  if (version === undefined) throw new Error('the version in force is not stored');
  return { version: version.version, hash: version.hash, text: version.text, publication };
};

/** What is in force, for people. Throws `TemporarilyUnavailable`. */
export const readInForce = async (
  db: Queryable,
  shipped: ShippedRules,
): Promise<RuleSetInForce> => {
  const inForce = await findTextInForce(db, shipped);
  return viewInForce(inForce, countRules(inForce.text));
};
