import { expect, it } from 'vitest';
import { mutants } from '../../chaos/mutants/mutants.js';
import { mutatedFiles } from '../../chaos/mutants/plant.js';

it.each(Object.entries(mutants))('the mutant %s still fits the product', (_name, mutant) => {
  expect(mutatedFiles(mutant).size).toBeGreaterThan(0);
});
