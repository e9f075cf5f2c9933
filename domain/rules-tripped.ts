import type { RuleHit } from './votes.js';

/** What `Decision.rulesTripped` says of one rule. */
export type TrippedRule = Pick<RuleHit, 'id' | 'name' | 'points'>;

/** Prints hits as Accertify does: `id:name:points;` for each. Names must not contain `;`. */
export const printRulesTripped = (hits: readonly TrippedRule[]): string =>
  hits.map(({ id, name, points }) => `${id}:${name}:${points};`).join('');

const entryForm = /^([^:]+):(.*):(-?\d+)$/;

/**
 * Reads `rulesTripped` back. A name may contain `:`, so the first and the last one part the
 * fields. Throws `SyntaxError` naming the entry's number when one has another form.
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
