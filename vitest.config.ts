import { defineConfig } from 'vitest/config';
import { alone, inPairs } from './test/support/alone.js';
import Spread from './test/support/spread.js';

const common = {
  // Threads crash Temporal's native core; forks do not.
  pool: 'forks',
  // No file changes what the next one sees, and loading Verdict costs a second.
  isolate: false,
  // They end a story that hangs, on any machine; no test claims a time by them.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  teardownTimeout: 30_000,
} as const;

export default defineConfig({
  test: {
    // Here and not in the projects: one Postgres and one Temporal serve all.
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    sequence: { sequencer: Spread },
    // Tests that say `concurrent` wait for timers of Temporal.
    maxConcurrency: 40,
    projects: [
      {
        test: {
          ...common,
          name: 'beside',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, ...inPairs],
          // Two cores carry four files at a time, of which two or three wait.
          maxWorkers: 4,
          env: { TEST_DECISION_BUDGET_MS: '8000' },
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'in pairs',
          include: inPairs,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...common,
          name: 'alone',
          include: alone,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
