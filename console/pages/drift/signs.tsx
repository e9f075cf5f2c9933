import type { DriftSign } from '../../../contracts/v1/drift.js';
import { printShare } from '../../../domain/case/figures.js';
import type { DriftReport } from '../../../services/drift/report.js';
import { StateMark } from '../../parts/state.js';
import { SeriesName } from './names.js';

type Sign = DriftReport['signs'][number];

const signs = {
  fact_silent: {
    kind: 'fact',
    title: 'says nothing any more',
    advice: 'Find out what no longer sends it: a form, a table of IP addresses, a partner.',
    of: 'of the orders had a value',
  },
  rule_surging: {
    kind: 'rule',
    title: 'hits far more orders',
    advice: 'Look at its latest cases. An attack does this; so do a sale and a broken form.',
    of: 'of the orders are hit',
  },
  partner_shifted: {
    kind: 'partner',
    title: 'answers differently',
    advice: 'Ask the partner whether its levels have changed.',
    of: 'is the answer that moved most',
  },
} as const satisfies Readonly<Record<DriftSign, object>>;

/** Today's signs, each of which raises an alarm. */
export const SignsPanel = (props: {
  signs: readonly Sign[];
  names: ReadonlyMap<string, string>;
}) => (
  <section class="panel" aria-labelledby="signs">
    <div class="panel-head">
      <h2 id="signs">What alarms today</h2>
      <span class="aside">today so far, against the four weeks before this one</span>
    </div>
    {props.signs.length === 0 && (
      <p class="panel-body soft">
        Nothing: no fact is silent, no rule surges, no partner answers differently. It takes 200
        orders of today to say so.
      </p>
    )}
    {props.signs.map(({ sign, name, now, before }) => {
      const { kind, title, advice, of } = signs[sign];
      return (
        <div class="alarm">
          <StateMark is="reject" icon="bell" />
          <b>
            <SeriesName kind={kind} name={name} names={props.names} /> {title}
          </b>
          <span class="do">
            {printShare(now)} {of}, {printShare(before)} before. {advice}
          </span>
        </div>
      );
    })}
  </section>
);
