/** The limit of reject in the shipped rules, for cases whose own limit nobody stored. */
export const shippedRejectFrom = 80;

/** SQL of the values that the money at risk of a case follows from. */
interface RiskTexts {
  readonly banner: string;
  readonly ruleSetHash: string;
  readonly score: string;
  /** The rules that could not be evaluated: their points are missing in the score. */
  readonly errored: string;
  /** Null for an order whose score could not be computed. */
  readonly rejectFrom: string;
  readonly amount: string;
}

/**
 * SQL of a row `risk` with `probability` and `at_risk`, to be joined laterally. The money at risk
 * is the amount times the probability of fraud that a fit has estimated for such scores, as
 * `fraudProbabilityOf` finds it. Without one, it is the amount times the share of the score in the
 * limit of reject, at most 1. Null when limit or amount are unknown; `least` and `greatest` would
 * ignore a null. `offset 0` has Postgres read the steps once for both columns.
 */
export const riskText = (of: RiskTexts): string =>
  `(select likely.probability, case when ${of.rejectFrom} is not null then round(${of.amount} *
      coalesce(likely.probability,
        least(1, greatest(0, ${of.score})::numeric / greatest(1, ${of.rejectFrom}))), 2) end
      as at_risk
    from (select (
      select (step ->> 'probability')::numeric
      from (
        select steps from score_probabilities
        where rule_set_hash = ${of.ruleSetHash} and scope in (${of.banner}, '')
          and ${of.rejectFrom} is not null and ${of.errored} = '[]'
        order by scope desc limit 1
      ) known, jsonb_array_elements(known.steps) with ordinality as listed (step, place)
      where coalesce((step ->> 'fromScore')::integer <= ${of.score}, true)
      order by place desc limit 1
    ) as probability offset 0) likely) risk`;

/** SQL of the columns `rules` and `partners_down` of a case, from the decision's values. */
export const filterColumnsText = (hits: string, answers: string): string =>
  `array(select hit ->> 'id' from jsonb_array_elements(${hits}) as hit),
    array(select given ->> 'partner' from jsonb_array_elements(${answers}) as given
      where given ->> 'kind' = 'unavailable')`;
