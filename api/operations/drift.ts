import { Drift, DriftQuery } from '../../contracts/v1/drift.js';
import { type DriftReport, readDrift } from '../../services/drift/report.js';
import { get, tagged } from '../operation.js';

/** Enough for what an index means; a share has no more digits that anybody can trust. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

const roundedShares = <T extends { readonly now: number; readonly before: number }>(one: T): T => ({
  ...one,
  now: rounded(one.now),
  before: rounded(one.before),
});

const printShift = ({
  index,
  parts,
  ...shift
}: DriftReport['shifts'][number]): Drift['shifts'][number] => ({
  ...shift,
  index: index === null ? null : rounded(index),
  parts: parts.map(roundedShares),
});

const tag = {
  name: 'Drift',
  description: 'How orders, rules and partners of this week differ from those of the weeks before.',
};

export const driftOperations = tagged(tag, [
  get('/v1/drift', {
    summary: 'Read how facts, rules, outcomes and partners moved since the weeks before.',
    description:
      'Compares the seven UTC days up to yesterday with the 28 days before them. `signs` are ' +
      'about the orders of today so far. Counted each hour, from at most 5,000 orders a day and ' +
      'banner.',
    roles: ['analyst', 'lead', 'operator'],
    query: DriftQuery,
    answer: Drift,
    returns: 'Each series with its population stability index, most moved first.',
    handle: async (context, { query: { banner, kind } }) => {
      const { week, before, shifts, signs, ...orders } = await readDrift(context, { banner });
      const asked = shifts.filter((shift) => kind === undefined || shift.kind === kind);
      return {
        banner: banner ?? null,
        ...{ weekFrom: week[0], weekTo: week[1], beforeFrom: before[0], beforeTo: before[1] },
        ...orders,
        signs: signs.map(roundedShares),
        shifts: asked.map(printShift),
      };
    },
  }),
]);
