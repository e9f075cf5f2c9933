import type { RuleHit } from './votes.js';

/** The entry of one rule in `Decision.rulesTripped`. */
export type TrippedRule = Pick<RuleHit, 'id' | 'name' | 'points'>;

/** Prints hits in Accertify's format: `id:name:points;` for each. Names must not contain `;`. */
export const printRulesTripped = (hits: readonly TrippedRule[]): string =>
  hits.map(({ id, name, points }) => `${id}:${name}:${points};`).join('');

const entryForm = /^([^:]+):(.*):(-?\d+)$/;

/**
 * Parses `rulesTripped`. A name may contain `:`, so the first and the last one separate the fields.
 * Throws `SyntaxError` with the entry's number for any other form.
 */
export const parseRulesTripped = (text: string): TrippedRule[] =>
  text
    .split(';')
    .filter((entry) => entry.trim() !== '')
    .map((entry, index) => {
      const [, id, name, points] = entryForm.exec(entry.trim()) ?? [];
      if (id === undefined || name === undefined) {
        throw new SyntaxError(`rulesTripped: entry ${index + 1} is not id:name:points`);
      }
      return { id, name, points: Number(points) };
    });
