import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { collectGarbage } from '../support/collect-garbage.js';
import type { Opened, Target } from './target.js';

/** One seed makes this many cases, so that one command repeats a failure within seconds. */
export const casesPerSeed = 1_000;

/** What remains in memory after this many cases must not grow from check to check. */
const casesPerCheck = 10_000;

/** Caches of the product and of the runtime fill up at first. */
const growthMaxBytes = 32_000_000;

const shrinkMaxMs = 60_000;

export interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly cases: number;
  readonly message: string;
  /** The smallest case that was found. */
  readonly smallest: string;
}

export interface Outcome {
  readonly cases: number;
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<string, number>>;
  readonly longestMs: number;
  /** Bytes that remained in the end beyond those after the first check. */
  readonly grownBytes: number;
}

/** One turn of the event loop keeps what weak references of its cases were asked for. */
const remainingBytes = async (): Promise<number> => {
  await setImmediate();
  collectGarbage();
  await setImmediate();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const smallestMax = 3_000;

/** Runs the cases of one seed; undefined when the claim held for all. */
const runSeed = async (
  target: Target,
  { cases, check }: Opened,
  { seed, numRuns }: { readonly seed: number; readonly numRuns: number },
): Promise<Finding | undefined> => {
  let failedAtMs = 0;
  const property = fc.asyncProperty(cases, async (value) => {
    // Shrinking ends when every further case passes.
    if (failedAtMs > 0 && performance.now() - failedAtMs > shrinkMaxMs) return;
    try {
      await check(value);
    } catch (error) {
      failedAtMs ||= performance.now();
      throw error;
    }
  });
  const details = await fc.check(property, { seed, numRuns });
  if (!details.failed) return undefined;
  return {
    target: target.name,
    seed,
    cases: numRuns,
    message: messageOf(details.errorInstance),
    smallest: fc.stringify(details.counterexample?.[0]).slice(0, smallestMax),
  };
};

/** Checks `cases` cases of a target, and says what was found. */
export const fuzz = async (
  target: Target,
  { seed, cases }: { readonly seed: number; readonly cases: number },
): Promise<Outcome> => {
  const opened = await target.open();
  const findings: Finding[] = [];
  let longestMs = 0;
  let firstBytes: number | undefined;
  let lastBytes = 0;
  const timed: Opened = {
    ...opened,
    check: async (value) => {
      const from = performance.now();
      await opened.check(value);
      longestMs = Math.max(longestMs, performance.now() - from);
    },
  };
  try {
    for (let done = 0; done < cases; done += casesPerSeed) {
      const numRuns = Math.min(casesPerSeed, cases - done);
      const found = await runSeed(target, timed, { seed: seed + done / casesPerSeed, numRuns });
      if (found !== undefined) findings.push(found);
      if ((done + numRuns) % casesPerCheck === 0) {
        lastBytes = await remainingBytes();
        firstBytes ??= lastBytes;
      }
    }
    return {
      cases,
      findings,
      counts: opened.counts?.() ?? {},
      longestMs,
      grownBytes: firstBytes === undefined ? 0 : lastBytes - firstBytes,
    };
  } finally {
    await opened.close?.();
  }
};

/** Whether more remains in memory than a run of any length may leave there. */
export const hasGrown = ({ grownBytes }: Outcome): boolean => grownBytes > growthMaxBytes;
