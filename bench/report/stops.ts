import type { Stop, Stops } from '../stops/stops.js';
import { aim, cell, row } from './table.js';

const calmAimSeconds = 3;

const orNone = (value: number | null): string => cell(value ?? '-');

const heads = row(
  '',
  ...[
    'orders',
    'reviewed',
    'resets',
    'during',
    'after',
    'last s',
    'new',
    'refused',
    'half s',
    'all s',
  ].map((head) => cell(head)),
);

const stopRow = (stop: Stop): string =>
  row(
    `${stop.part}, ${stop.seconds} s`,
    ...[stop.orders, stop.reviewed, stop.resets, stop.refusedDuring, stop.refusedAfter].map(orNone),
    orNone(stop.lastRefusedAfterSeconds),
    ...[stop.newOrders, stop.newRefused, stop.halfOfCrowdSeconds, stop.allOfCrowdSeconds].map(
      orNone,
    ),
  );

/** `during` and `after` count 503 answers; `new` are orders that came after the stop. */
export const stopsLines = ({ plan, stops }: Stops): string[] => [
  `  A part stops while ${plan.perSecond} orders a second come; seconds since it is back`,
  heads,
  ...stops.map(stopRow),
  aim(
    'no clean order goes to review',
    stops.every(({ reviewed }) => reviewed === 0),
  ),
  aim(
    `the last 503 comes within ${calmAimSeconds} s`,
    stops.every(({ lastRefusedAfterSeconds: last }) => (last ?? 0) <= calmAimSeconds),
  ),
];
