import type { Child } from 'hono/jsx';
import { printWhole } from '../../../domain/case/figures.js';

/** A part of a bar: its value, and the class that paints it. */
interface BarPart {
  readonly value: number;
  readonly paint: string;
}

/** One bar: what stands below it, what it says on hover, and its parts from the bottom up. */
interface Bar {
  readonly label: string;
  readonly words: string;
  readonly parts: readonly BarPart[];
}

const tickCount = 4;
const niceSteps = [1, 2, 5, 10];

/** Where the lines of a chart are: 0, and some round numbers up to at least `max`. */
const ticksFor = (max: number): readonly number[] => {
  const raw = Math.max(1, max / tickCount);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.ceil(niceSteps.find((nice) => nice * power >= raw) ?? 10) * power;
  return Array.from({ length: Math.max(1, Math.ceil(max / step)) + 1 }, (_, index) => index * step);
};

/** A share of the whole as an SVG length. */
export const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

const totalOf = ({ parts }: Bar): number => parts.reduce((sum, { value }) => sum + value, 0);

const Parts = ({ parts, top }: { parts: readonly BarPart[]; top: number }) => {
  let below = 0;
  return (
    <>
      {parts.map(({ value, paint }) => {
        below += value;
        return value === 0 ? null : (
          <rect
            class={paint}
            x="8%"
            width="84%"
            y={percent(1 - below / top)}
            height={percent(value / top)}
          />
        );
      })}
    </>
  );
};

/** So many labels fit below a chart. */
const labelsShown = 6;

/**
 * Bars with a scale, in percentages of the place that they get. Its numbers must stand in a table
 * too, as pictures are not for everybody.
 */
export const BarChart = ({ name, bars }: { name: string; bars: readonly Bar[] }) => {
  const ticks = ticksFor(Math.max(...bars.map(totalOf)));
  const top = ticks.at(-1) ?? 1;
  return (
    <div class="bars">
      <svg class="chart" aria-hidden="true">
        {ticks.map((tick) => (
          <text x="100%" y={percent(1 - tick / top)} dy="0.35em" text-anchor="end">
            {printWhole(tick)}
          </text>
        ))}
      </svg>
      <svg class="chart" role="img" aria-label={`${name}; the numbers are in the table below`}>
        {ticks.map((tick) => (
          <line
            class={tick === 0 ? 'axis' : 'grid'}
            x2="100%"
            y1={percent(1 - tick / top)}
            y2={percent(1 - tick / top)}
          />
        ))}
        {bars.map((bar, index) => (
          <svg x={percent(index / bars.length)} width={percent(1 / bars.length)} height="100%">
            <title>{bar.words}</title>
            <rect class="unseen" width="100%" height="100%" />
            <Parts parts={bar.parts} top={top} />
          </svg>
        ))}
      </svg>
      <svg class="chart" aria-hidden="true">
        {bars.map(({ label }, index) =>
          index % Math.ceil(bars.length / labelsShown) === 0 ? (
            <text x={percent(index / bars.length)} y="1em">
              {label}
            </text>
          ) : null,
        )}
      </svg>
    </div>
  );
};

/** What the colours of a chart mean, each with its sum. */
export const Legend = (props: {
  entries: readonly { readonly paint: string; readonly name: string; readonly sum: number }[];
}) => (
  <ul class="legend">
    {props.entries.map(({ paint, name, sum }) => (
      <li>
        <svg aria-hidden="true">
          <rect class={paint} width="12" height="12" rx="2" />
        </svg>
        {name} <b>{printWhole(sum)}</b>
      </li>
    ))}
  </ul>
);

/** The numbers of a chart, for those who cannot use its picture. */
export const ChartTable = (props: {
  headings: readonly string[];
  rows: readonly { readonly label: Child; readonly values: readonly number[] }[];
}) => (
  <details class="panel-foot">
    <summary>The numbers as a table</summary>
    <table class="tbl">
      <thead>
        <tr>
          {props.headings.map((heading, index) => (
            <th scope="col" class={index === 0 ? undefined : 'num'}>
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map(({ label, values }) => (
          <tr>
            <th scope="row">{label}</th>
            {values.map((value) => (
              <td class="num">{printWhole(value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </details>
);
