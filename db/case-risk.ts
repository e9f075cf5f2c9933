/** The limit of reject in the shipped rules, for cases whose own limit nobody stored. */
export const shippedRejectFrom = 80;

/**
 * SQL of the money at risk: min(1, max(0, score) / limit of reject) * amount. Null when limit or
 * amount are unknown; `least` and `greatest` would ignore a null.
 */
export const atRiskText = (score: string, rejectFrom: string, amount: string): string =>
  `case when ${rejectFrom} is not null then round(${amount} *
    least(1, greatest(0, ${score})::numeric / greatest(1, ${rejectFrom})), 2) end`;
