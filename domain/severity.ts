import type { Outcome } from '../contracts/hbc/decision.js';

const severities: Readonly<Record<Outcome, number>> = { accept: 0, review: 1, reject: 2 };

/** The most severe of some outcomes (accept < review < reject); none at all is accept. */
export const mostSevere = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce<Outcome>(
    (worst, outcome) => (severities[outcome] > severities[worst] ? outcome : worst),
    'accept',
  );
