type Steps = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>;

/**
 * Steps that call `wake` once they have ended, well or not: what they have changed is worked on
 * soon, and no statement that an answer waits for has to notify anybody.
 */
export const wakingAfter = <S extends Steps>(steps: S, wake: () => void): S =>
  Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [
      name,
      (...given: never[]) => step(...given).finally(wake),
    ]),
  ) as unknown as S;
