/** How often a wrong password was given in a row, and until when no password is checked. */
export interface Tries {
  readonly failedTries: number;
  readonly lockedUntil: Date | null;
}

export const noTries: Tries = { failedTries: 0, lockedUntil: null };

/** After this many wrong passwords in a row an account waits. */
export const freeTries = 5;

const firstWaitMs = 60_000;
const longestWaitMs = 15 * 60_000;

/** Wrong passwords are forgotten a day after the last wait. */
const forgottenAfterMs = 24 * 3_600_000;

/** The wait after so many wrong passwords, in milliseconds: 1, 2, 4, 8 and then 15 minutes. */
const waitMsAfter = (failedTries: number): number =>
  failedTries < freeTries
    ? 0
    : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failedTries - freeTries, 20));

/** Whether no password is checked now. */
export const isLocked = ({ lockedUntil }: Tries, now: Date): boolean =>
  lockedUntil !== null && lockedUntil > now;

/** The tries after one more wrong password. */
export const afterFailedTry = ({ failedTries, lockedUntil }: Tries, now: Date): Tries => {
  const isForgotten =
    lockedUntil !== null && now.getTime() - lockedUntil.getTime() > forgottenAfterMs;
  const count = (isForgotten ? 0 : failedTries) + 1;
  const waitMs = waitMsAfter(count);
  return {
    failedTries: count,
    lockedUntil: waitMs === 0 ? null : new Date(now.getTime() + waitMs),
  };
};

/** How many more wrong passwords cause no wait. */
export const triesLeft = ({ failedTries }: Tries): number => Math.max(0, freeTries - failedTries);
