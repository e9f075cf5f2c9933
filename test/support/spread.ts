import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { inPairs, patient } from './alone.js';

/** Longest first, as their lists have them. */
const longestFirst = [...patient, ...inPairs];

const rankOf = ({ moduleId }: TestSpecification): number =>
  longestFirst.findIndex((file) => moduleId.endsWith(file));

/** Spreads `few` evenly over `many`, the first of them at the front. */
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
    // Vitest's own order, which uses the durations of earlier runs.
    const sorted = await BaseSequencer.prototype.sort.call(this, files);
    const of = (isIt: (name: string) => boolean) =>
      sorted.filter(({ project }) => isIt(project.name));
    const ranked = (project: string) =>
      of((name) => name === project).toSorted((a, b) => rankOf(a) - rankOf(b));
    return [
      ...mix(
        ranked('patient'),
        of((name) => name === 'beside'),
      ),
      ...ranked('in pairs'),
      ...of((name) => name === 'alone'),
    ];
  }
}
