/** The limit of reject in the shipped rules, for cases whose own limit nobody stored. */
export const shippedRejectFrom = 80;

/**
 * SQL of the money at risk: min(1, max(0, score) / limit of reject) * amount. Null when limit or
 * amount are unknown; `least` and `greatest` would ignore a null.
 */
export const atRiskText = (score: string, rejectFrom: string, amount: string): string =>
  `case when ${rejectFrom} is not null then round(${amount} *
    least(1, greatest(0, ${score})::numeric / greatest(1, ${rejectFrom})), 2) end`;

/** SQL of the columns `rules` and `partners_down` of a case, from the decision's values. */
export const filterColumnsText = (hits: string, answers: string): string =>
  `array(select hit ->> 'id' from jsonb_array_elements(${hits}) as hit),
    array(select given ->> 'partner' from jsonb_array_elements(${answers}) as given
      where given ->> 'kind' = 'unavailable')`;
