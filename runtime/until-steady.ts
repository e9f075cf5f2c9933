/** No round starts after this. */
const limitMs = 2000;

/** The first round takes six times as long as the tenth; with five, the next orders still gain. */
const roundsMin = 10;

/** This many rounds in a row must be near the fastest one. */
const steadyRounds = 3;
const nearFactor = 1.5;

const isSteady = (ms: readonly number[]): boolean => {
  const nearMs = Math.min(...ms) * nearFactor;
  return ms.length >= roundsMin && ms.slice(-steadyRounds).every((one) => one <= nearMs);
};

/**
 * Repeats `round` until its duration is steady, for two seconds and `roundsMax` rounds at most,
 * and returns the durations in milliseconds. A round that returns false was another process's, and
 * has none. Throws what `round` throws.
 */
export const untilSteady = async (
  round: () => Promise<boolean>,
  roundsMax: number,
): Promise<readonly number[]> => {
  const startedAtMs = performance.now();
  const ms: number[] = [];
  for (let rounds = 0; rounds < roundsMax; rounds += 1) {
    const beganAtMs = performance.now();
    const counts = await round();
    const nowMs = performance.now();
    if (counts) ms.push(Math.round(nowMs - beganAtMs));
    if (nowMs - startedAtMs >= limitMs || isSteady(ms)) break;
  }
  return ms;
};
