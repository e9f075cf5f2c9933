type Steps = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>;

/**
 * Wraps activities so that each calls `wake` when it ends, also on failure. Consumers then run
 * soon, and no statement that an answer waits for has to notify them.
 */
export const wakingAfter = <S extends Steps>(steps: S, wake: () => void): S =>
  Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [
      name,
      (...given: never[]) => step(...given).finally(wake),
    ]),
  ) as unknown as S;
