import type { ScoreBar, Segment } from '../../../domain/case/score-bar.js';
import { printNumber } from '../../../domain/case/figures.js';
import type { OrderFacts, TrippedRule } from '../../../services/case-view/view.js';
import { Unsaid } from '../../parts/state.js';
import { FraudLikeness } from './likely.js';

const percent = (value: number): string => `${Math.round(value * 100) / 100}%`;

/** Segments narrower than this have no room for their words. */
const wordsFrom = 7;
const wordsNarrowFrom = 14;

const Raising = ({ segment, index }: { segment: Segment; index: number }) => {
  const tone = index % 2 === 0 ? 1 : 2;
  const { id, name, points, start, length } = segment;
  return (
    <g>
      <title>{`${id} ${name}: ${points} points`}</title>
      <rect class={`seg-${tone}`} x={percent(start)} y="20" width={percent(length)} height="20" />
      {length >= wordsFrom && (
        <text
          class={length >= wordsNarrowFrom ? `in-${tone}` : `in-${tone} tight`}
          x={percent(start + length / 2)}
          y="34"
          text-anchor="middle"
        >
          {id} {points}
        </text>
      )}
    </g>
  );
};

const Lowering = ({ segments }: { segments: readonly Segment[] }) => {
  const [first] = segments;
  if (first === undefined) return null;
  const words = segments.map(({ id, points }) => `${id} ${printNumber(points)}`).join(', ');
  const end = first.start + first.length;
  const isAtEnd = end > 80;
  return (
    <>
      {segments.map(({ id, name, points, start, length }) => (
        <g>
          <title>{`${id} ${name}: ${points} points`}</title>
          <rect class="f-accept" x={percent(start)} y="44" width={percent(length)} height="6" />
        </g>
      ))}
      <text
        class="less-word"
        x={percent(end)}
        dx={isAtEnd ? '0' : '6'}
        y={isAtEnd ? '62' : '51'}
        text-anchor={isAtEnd ? 'end' : 'start'}
      >
        {words}
      </text>
    </>
  );
};

const Bands = ({ bar, from, to }: { bar: ScoreBar; from: number; to: number }) => {
  const { reviewAt, rejectAt } = bar;
  const isCrowded = rejectAt - reviewAt < 12;
  return (
    <>
      <rect class="f-accept" x="0" y="13" width={percent(reviewAt)} height="3" />
      <rect
        class="f-review"
        x={percent(reviewAt)}
        y="13"
        width={percent(rejectAt - reviewAt)}
        height="3"
      />
      <rect
        class="f-reject"
        x={percent(rejectAt)}
        y="13"
        width={percent(100 - rejectAt)}
        height="3"
      />
      {reviewAt > 8 && (
        <text class="is-accept" x="0" y="9">
          accept
        </text>
      )}
      {!isCrowded && (
        <text class="is-review" x={percent(reviewAt)} y="9">
          review <tspan class="tight">from </tspan>
          {from}
        </text>
      )}
      <text class="is-reject" x={percent(rejectAt)} y="9">
        reject <tspan class="tight">from </tspan>
        {to}
      </text>
    </>
  );
};

const Bar = ({ view: { bar, bands } }: { view: OrderFacts }) => {
  const parts = [...bar.raising, ...bar.lowering].map(({ id, points }) => `${id} ${points}`);
  const isEarly = bar.scoreAt < 6;
  return (
    <svg
      class="scorebar"
      role="img"
      aria-label={
        `Score ${bar.score}${parts.length > 0 ? ` of the parts ${parts.join(', ')}` : ''}; ` +
        `review from ${bands.reviewFrom}, reject from ${bands.rejectFrom}`
      }
    >
      <Bands bar={bar} from={bands.reviewFrom} to={bands.rejectFrom} />
      {bar.raising.map((segment, index) => (
        <Raising segment={segment} index={index} />
      ))}
      <Lowering segments={bar.lowering} />
      <line class="end" x1={percent(bar.scoreAt)} x2={percent(bar.scoreAt)} y1="17" y2="54" />
      <text
        class="strong"
        x={percent(bar.scoreAt)}
        dx={isEarly ? '6' : '-6'}
        y="52"
        text-anchor={isEarly ? 'start' : 'end'}
      >
        {bar.score}
      </text>
    </svg>
  );
};

/** One value keeps a row one line high: the first that has a limit says most. */
const Values = ({ rule }: { rule: TrippedRule }) => {
  const told = rule.values.find(({ limit }) => limit !== undefined) ?? rule.values[0];
  const shown = told === undefined ? [] : [told];
  const more = rule.values.length - shown.length;
  const all = rule.values.map(({ fact, value }) => `${fact} ${value}`).join('\n');
  return (
    <td class="vals" role="cell" title={all === '' ? undefined : all}>
      {shown.length === 0 && <Unsaid>no values stored</Unsaid>}
      {shown.map(({ fact, value, limit }) => (
        <>
          <code>{fact}</code> {value}
          {limit !== undefined && `, limit ${limit}`}
        </>
      ))}
      {more > 0 && `, ${more} more`}
    </td>
  );
};

const counted = (rule: TrippedRule): string =>
  (rule.counted ?? [])
    .filter(({ orders }) => orders > 0)
    .map(
      ({ orders, window }) => ` ${orders} other ${orders === 1 ? 'order' : 'orders'} in ${window}.`,
    )
    .slice(0, 1)
    .join('');

const Row = ({ rule }: { rule: TrippedRule }) => (
  <tr role="row" id={`rule-${rule.id}`}>
    <td class="rid" role="cell">
      <a
        href={`/console/queue?rule=${encodeURIComponent(rule.id)}`}
        title={`${rule.name}: open cases with this rule`}
      >
        {rule.id}
      </a>
    </td>
    <td role="cell">
      {rule.reason}
      <span class="faint">{counted(rule)}</span>
      {rule.hard && <span class="faint"> At least {rule.hard}, whatever the score.</span>}
    </td>
    <Values rule={rule} />
    <td class="num pts" role="cell" data-less={rule.points < 0 ? '' : undefined}>
      {rule.hard !== undefined && 'hard'}
      {rule.hard !== undefined && rule.points !== 0 && ' '}
      {rule.points !== 0 && (rule.points > 0 ? `+${rule.points}` : printNumber(rule.points))}
    </td>
  </tr>
);

const distance = ({ bar, bands, outcome }: OrderFacts): string => {
  const { score } = bar;
  if (score >= bands.rejectFrom) {
    return outcome === 'review'
      ? `Score: reject from ${bands.rejectFrom}, yet reviewed`
      : `Score: ${score - bands.rejectFrom} above the start of reject`;
  }
  if (score < bands.reviewFrom) {
    const others = { accept: '', review: '; others sent it here', reject: '; others rejected it' };
    return `Score: ${bands.reviewFrom - score} below review${others[outcome]}`;
  }
  const below = bands.rejectFrom - score;
  return `Score: ${below} below reject, ${score - bands.reviewFrom + 1} above accept`;
};

/** The rule set that judged, and how many of its rules tripped. */
const RuleSet = ({ view }: { view: OrderFacts }) => {
  const { ruleSetVersion } = view;
  const name = ruleSetVersion === null ? 'An earlier rule set' : `Rule set ${ruleSetVersion}`;
  const of = view.ruleCount === undefined ? '' : ` of ${view.ruleCount}`;
  return (
    <span class="aside">
      {name}, {view.rules.length}
      {of} rules tripped
    </span>
  );
};

/** Rows above the fold beside all else that belongs there. */
const rowsShown = 7;

const LighterRules = ({ rules }: { rules: readonly TrippedRule[] }) => {
  if (rules.length === 0) return null;
  const points = rules.reduce((sum, rule) => sum + rule.points, 0);
  return (
    <details class="lighter">
      <summary>
        {rules.length} lighter {rules.length === 1 ? 'rule' : 'rules'}
        <b>{points >= 0 ? `+${points}` : printNumber(points)}</b>
      </summary>
      <table class="tbl why" role="table">
        <caption class="sr">Lighter rules that tripped</caption>
        <tbody>
          {rules.map((rule) => (
            <Row rule={rule} />
          ))}
        </tbody>
      </table>
    </details>
  );
};

const noRule = {
  accept: 'No rule tripped.',
  review: "No rule tripped. A partner's vote or the policy sent the order here.",
  reject: "No rule tripped. A partner's vote or the policy rejected the order.",
} as const;

/** The score as a bar split by rule, and every rule with its reason and the values it read. */
export const ScorePanel = ({ view }: { view: OrderFacts }) => (
  <section class="panel" aria-labelledby="score-h">
    <div class="score-head">
      <span class="figure">{printNumber(view.bar.score)}</span>
      <h2 id="score-h">{distance(view)}</h2>
      <RuleSet view={view} />
    </div>
    <Bar view={view} />
    <FraudLikeness estimate={view.probability} />
    <div class="scroll-x" tabindex={0} role="group" aria-label="Rules that tripped">
      <table class="tbl why" role="table">
        <caption class="sr">Rules that tripped, hard ones and heaviest first</caption>
        <tbody>
          {view.rules.slice(0, rowsShown).map((rule) => (
            <Row rule={rule} />
          ))}
          {view.erroredRules.map(({ id, name, message }) => (
            <tr role="row">
              <td class="rid" role="cell">
                {id}
              </td>
              <td role="cell">
                {name} could not be evaluated, so a person decides.{' '}
                <span class="faint">{message}</span>
              </td>
              <td class="vals" role="cell">
                <Unsaid>no value</Unsaid>
              </td>
              <td class="num pts" role="cell">
                fault
              </td>
            </tr>
          ))}
          {view.rules.length + view.erroredRules.length === 0 && (
            <tr role="row">
              <td class="faint" role="cell" colspan={4}>
                {noRule[view.outcome]}
              </td>
            </tr>
          )}
        </tbody>
      </table>
      <LighterRules rules={view.rules.slice(rowsShown)} />
    </div>
  </section>
);
