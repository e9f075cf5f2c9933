import { defineConfig } from 'vitest/config';
import { alone, patient } from './test/support/alone.js';

const timed = alone.map((path) => (path.endsWith('/') ? `${path}**/*.test.ts` : path));

const common = {
  // Threads crash Temporal's native core; forks do not.
  pool: 'forks',
  testTimeout: 120_000,
  hookTimeout: 120_000,
  teardownTimeout: 30_000,
} as const;

const beside = {
  ...common,
  // Two cores carry two files at a time.
  maxWorkers: 2,
  sequence: { groupOrder: 0 },
};

export default defineConfig({
  test: {
    // Here and not in the projects: one Postgres and one Temporal serve all.
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    projects: [
      { test: { ...beside, name: 'patient', include: patient } },
      { test: { ...beside, name: 'beside', include: ['test/**/*.test.ts'], exclude: timed } },
      {
        test: {
          ...common,
          name: 'alone',
          include: timed,
          exclude: patient,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
