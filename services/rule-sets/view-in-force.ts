import type { RuleSetInForce } from '../../contracts/v1/rule-sets.js';
import type { PublicationRow } from '../../db/rule-sets.js';

/** The text in force with the publication that put it there. */
export interface TextInForce {
  readonly version: number;
  readonly hash: string;
  readonly text: string;
  /** Undefined while nothing has been published. */
  readonly publication: PublicationRow | undefined;
}

/** What is in force, as callers see it; `rules` is the number of its rules. */
export const viewInForce = (
  { version, hash, publication }: Omit<TextInForce, 'text'>,
  rules: number | null,
): RuleSetInForce => ({
  version,
  hash,
  rules,
  publication: publication?.publication ?? null,
  note: publication?.note ?? '',
  author: publication?.author ?? null,
  since: publication?.published_at.toISOString() ?? null,
});
