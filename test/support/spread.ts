import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { inPairs, patient } from './alone.js';

/** Longest first, as their lists have them. */
const longestFirst = [...patient, ...inPairs];

/** -1 for files that are in neither list. */
const rankOf = ({ moduleId }: TestSpecification): number =>
  longestFirst.findIndex((file) => moduleId.endsWith(file));

const byRank = (files: readonly TestSpecification[]): TestSpecification[] =>
  files.toSorted((one, other) => rankOf(one) - rankOf(other));

/** Mixes `few` evenly into `many`, the first of them at the front. */
const mix = <T>(few: readonly T[], many: readonly T[]): T[] => {
  const share = Math.ceil(many.length / Math.max(few.length, 1));
  return [
    ...few.flatMap((one, index) => [one, ...many.slice(index * share, (index + 1) * share)]),
    ...many.slice(few.length * share),
  ];
};

/**
 * Starts the longest waiting stories first and spreads them among the tests that compute: a worker
 * that waits leaves its core to another one.
 */
export default class Spread extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // Not an array's own sort: the order of Vitest, by what it knows of earlier runs.
    const sorted = await BaseSequencer.prototype.sort.call(this, files);
    const of = (name: string) => sorted.filter(({ project }) => project.name === name);
    const beside = of('beside');
    const waiting = beside.filter((file) => rankOf(file) !== -1);
    const computing = beside.filter((file) => rankOf(file) === -1);
    return [...mix(byRank(waiting), computing), ...byRank(of('in pairs')), ...of('alone')];
  }
}
