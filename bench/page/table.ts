import type { Goal } from '../goals.js';
import type { Percentiles } from '../percentiles.js';

/** A Markdown table; the first row has the heads. */
export const table = (rows: readonly (readonly (string | number)[])[]): string => {
  const [heads = [], ...others] = rows.map((cells) => `| ${cells.join(' | ')} |`);
  const rule = `|${'---|'.repeat(rows[0]?.length ?? 0)}`;
  return [heads, rule, ...others].join('\n');
};

/** The p50, p95, p99 and maximum; empty cells for a series without samples. */
export const percentileCells = (from: Percentiles | null): (string | number)[] =>
  from === null ? ['', '', '', ''] : [from.p50Ms, from.p95Ms, from.p99Ms, from.maxMs];

/** Each goal beside its figure; bold what was missed. */
export const goalTable = (goals: readonly Goal[]): string =>
  table([
    ['', 'goal', 'result', ''],
    ...goals.map(({ what, goal, figure, verdict }) => [
      ...[what, goal, figure, verdict === 'missed' ? '**missed**' : verdict],
    ]),
  ]);
