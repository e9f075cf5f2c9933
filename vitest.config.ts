import { defineConfig } from 'vitest/config';
import { alone } from './test/support/alone.js';

const files = alone.map((path) => (path.endsWith('/') ? `${path}**/*.test.ts` : path));

const common = {
  // Threads crash Temporal's native core; forks do not.
  pool: 'forks',
  testTimeout: 120_000,
  hookTimeout: 120_000,
  teardownTimeout: 30_000,
} as const;

export default defineConfig({
  test: {
    // Here and not in the projects: one Postgres and one Temporal serve both.
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    projects: [
      {
        test: {
          ...common,
          name: 'beside',
          include: ['test/**/*.test.ts'],
          exclude: files,
          // Two cores carry two files at a time.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'alone',
          include: files,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
