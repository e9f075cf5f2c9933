import type * as fc from 'fast-check';

/** A wire format in use: what may arrive, and the claim that must hold for all of it. */
export interface Opened {
  readonly cases: fc.Arbitrary<unknown>;
  /** Throws when the claim does not hold. It may run several times for one case. */
  readonly check: (value: unknown) => void | Promise<void>;
  /** Counts of what came of the cases so far, for the report. */
  readonly counts?: () => Readonly<Record<string, number>>;
  readonly close?: () => Promise<void>;
}

export interface Target {
  readonly name: string;
  /** Its share of the cases of a run. A case over HTTP costs much more than one in this process. */
  readonly share: number;
  readonly open: () => Opened | Promise<Opened>;
}

/** Counts outcomes by name. */
export const createCounts = () => {
  const counts: Record<string, number> = {};
  return {
    add: (name: string): void => {
      counts[name] = (counts[name] ?? 0) + 1;
    },
    all: () => counts,
  };
};

/** A target whose cases are checked in this process. */
export const inProcess = <T>(
  name: string,
  share: number,
  open: () => {
    readonly cases: fc.Arbitrary<T>;
    /** Returns a name under which the outcome is counted. */
    readonly check: (value: T) => string | Promise<string>;
  },
): Target => ({
  name,
  share,
  open: () => {
    const { cases, check } = open();
    const counts = createCounts();
    return {
      cases,
      check: async (value) => counts.add(await check(value as T)),
      counts: counts.all,
    };
  },
});
