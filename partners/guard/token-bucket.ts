const secondMs = 1_000;

/** Limits calls per second, with a burst of one second's calls. */
export interface TokenBucket {
  readonly isEmpty: () => boolean;
  /** Takes one token; the caller has checked `isEmpty` first. */
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
