/** Maps values of an axis to pixels. */
export interface Scale {
  readonly of: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Where an axis lies: the pixels of its least and of its greatest value. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

const steps = [1, 2, 5, 10];

/** The least of 1, 2, 5 times a power of ten that is at least `value`. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  return (steps.find((step) => step * power >= value * (1 - 1e-9)) ?? 10) * power;
};

/** An axis from 0 to at least `max`, with about `count` ticks. */
export const linearScale = (max: number, { from, to }: Extent, count = 5): Scale => {
  const step = roundUp(max / count);
  const intervals = Math.ceil(max / step - 1e-9);
  const top = step * intervals;
  return {
    of: (value) => from + ((to - from) * value) / top,
    ticks: Array.from({ length: intervals + 1 }, (_, index) => index * step),
  };
};

/** A logarithmic axis that contains all values, which are positive. */
export const logScale = (values: readonly number[], { from, to }: Extent): Scale => {
  const marks = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((n) => n * 10 ** power))
    .flat()
    .toSorted((one, other) => one - other);
  const least = Math.min(...values);
  const greatest = Math.max(...values);
  const bottom = marks.findLast((mark) => mark <= least) ?? 1;
  const top = marks.find((mark) => mark >= greatest) ?? greatest;
  const span = Math.log(top / bottom);
  return {
    of: (value) => from + ((to - from) * Math.log(value / bottom)) / span,
    ticks: marks.filter((mark) => mark >= bottom && mark <= top),
  };
};
