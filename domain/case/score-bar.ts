import type { Bands } from '../../contracts/rules.js';
import type { RuleHit } from '../votes.js';

/** A part of the bar; places are percent of its length. */
export interface Segment {
  readonly id: string;
  readonly name: string;
  readonly points: number;
  readonly start: number;
  readonly length: number;
}

/** The geometry of the score bar; places are percent of its length. */
export interface ScoreBar {
  /** Rules that raise the score, heaviest first, one behind the other from 0. */
  readonly raising: readonly Segment[];
  /** Rules that lower it, from the end of the raising ones back to the score. */
  readonly lowering: readonly Segment[];
  readonly score: number;
  readonly scoreAt: number;
  readonly reviewAt: number;
  readonly rejectAt: number;
}

/** Hard rules first, then by weight: the order in which the page lists rules. */
export const heaviestFirst = (hits: readonly RuleHit[]): RuleHit[] =>
  hits.toSorted(
    (one, other) =>
      Number(other.hard !== undefined) - Number(one.hard !== undefined) ||
      other.points - one.points ||
      (one.id < other.id ? -1 : 1),
  );

/** Air behind the last limit, as a share of the longest of score and limits. */
const air = 0.25;

/** Lays out a score by rule against the two limits of its bands. */
export const scoreBarOf = (
  hits: readonly RuleHit[],
  { reviewFrom, rejectFrom }: Bands,
): ScoreBar => {
  const up = heaviestFirst(hits).filter(({ points }) => points > 0);
  const down = heaviestFirst(hits).filter(({ points }) => points < 0);
  const raised = up.reduce((sum, { points }) => sum + points, 0);
  const score = down.reduce((sum, { points }) => sum + points, raised);
  const scale = Math.max(raised, Math.max(1, rejectFrom) * (1 + air));
  const at = (points: number): number => Math.min(100, Math.max(0, (100 * points) / scale));
  const row = (from: number, step: (at: number, hit: RuleHit) => [number, number]) => {
    let here = from;
    return (hit: RuleHit): Segment => {
      const [start, end] = step(here, hit);
      here = hit.points > 0 ? end : start;
      const length = at(end) - at(start);
      return { id: hit.id, name: hit.name, points: hit.points, start: at(start), length };
    };
  };
  return {
    raising: up.map(row(0, (here, { points }) => [here, here + points])),
    lowering: down.map(row(raised, (here, { points }) => [here + points, here])),
    score,
    scoreAt: at(score),
    reviewAt: at(reviewFrom),
    rejectAt: at(rejectFrom),
  };
};
