const secondMs = 1_000;

/** Lets so many calls a second through, on average and in one burst. */
export interface TokenBucket {
  readonly isEmpty: () => boolean;
  /** Counts one call; the caller has asked `isEmpty` first. */
  readonly take: () => void;
}

export const createTokenBucket = (perSecond: number, now: () => Date): TokenBucket => {
  let tokens = perSecond;
  let filledAtMs = now().getTime();
  const fill = () => {
    const nowMs = now().getTime();
    // A clock that was set back must neither empty the bucket nor freeze it.
    const elapsedMs = Math.max(0, nowMs - filledAtMs);
    tokens = Math.min(perSecond, tokens + (elapsedMs * perSecond) / secondMs);
    filledAtMs = nowMs;
  };
  return {
    isEmpty: () => {
      fill();
      return tokens < 1;
    },
    take: () => {
      tokens -= 1;
    },
  };
};
