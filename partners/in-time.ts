/**
 * The result of `work` within `limitMs`; undefined when it fails or takes longer. For our own steps
 * before a partner call, which must not use up the partner's time.
 */
export const inTime = <T>(limitMs: number, work: Promise<T>): Promise<T | undefined> =>
  new Promise((resolve) => {
    const giveUp = (): void => resolve(undefined);
    const limit = setTimeout(giveUp, limitMs);
    void work.then(resolve, giveUp).finally(() => clearTimeout(limit));
  });
