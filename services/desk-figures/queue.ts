import {
  countHeldCases,
  countOpenCases,
  type DeskCell,
  type DeskLimits,
} from '../../db/desk-queue.js';
import type { Context } from '../context.js';

/** Cases that are at least `fromHours` and less than `toHours` old; without an end when null. */
interface AgePart {
  readonly fromHours: number;
  readonly toHours: number | null;
  readonly cases: number;
}

/** Cases that are due in less than `withinHours`: 0 for late ones, null for all later ones. */
interface DuePart {
  readonly withinHours: number | null;
  readonly cases: number;
}

/** Open cases by age, and by when they are due. */
export interface DeskQueue {
  readonly cases: number;
  readonly byAge: readonly AgePart[];
  readonly byDue: readonly DuePart[];
}

/** The ages are those that the queue can be filtered by. */
const limits: DeskLimits = { ageHours: [1, 4, 24, 72], dueHours: [0, 1, 4, 24] };

const sum = (cells: readonly DeskCell[], fits: (cell: DeskCell) => boolean): number =>
  cells.filter(fits).reduce((total, { cases }) => total + cases, 0);

const queueOf = (cells: readonly DeskCell[]): DeskQueue => ({
  cases: sum(cells, () => true),
  byAge: [0, ...limits.ageHours].map((fromHours, index) => ({
    fromHours,
    toHours: limits.ageHours[index] ?? null,
    cases: sum(cells, ({ age }) => age === index),
  })),
  byDue: [...limits.dueHours, null].map((withinHours, index) => ({
    withinHours,
    cases: sum(cells, ({ due }) => due === index),
  })),
});

/** All open cases of the desk, without those whose decision is under way. */
export const readDeskQueue = async ({ db, now }: Context<'now'>): Promise<DeskQueue> =>
  queueOf(await countOpenCases(db, now, limits));

/** The cases that reviewers hold, or one of them, and who holds any. */
export const readHeldCases = async (
  { db, now }: Context<'now'>,
  reviewer: string | null,
): Promise<{
  readonly holders: readonly string[];
  readonly heldBy: (reviewer: string) => DeskQueue;
}> => {
  const cells = await countHeldCases(db, { ...limits, now, reviewer });
  const holders = new Set(cells.flatMap(({ reviewer: holder }) => holder ?? []));
  return {
    holders: [...holders],
    heldBy: (name) => queueOf(cells.filter(({ reviewer: holder }) => holder === name)),
  };
};
