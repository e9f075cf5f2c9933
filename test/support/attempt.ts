import { asyncLocalStorage, Context, type Info } from '@temporalio/activity';
import { type Logger, noopMetricMeter } from '@temporalio/common';

const silent = () => undefined;
const log: Logger = {
  ...{ log: silent, trace: silent, debug: silent },
  ...{ info: silent, warn: silent, error: silent },
};

/** One attempt of an activity, as Temporal would make it. */
export interface Attempt {
  readonly info?: Partial<Info>;
  readonly onHeartbeat?: (details: unknown) => void;
}

/** Makes one attempt of an activity; gives its result, or the error that it threw. */
export const attemptOf = (
  activity: () => Promise<unknown>,
  { info = {}, onHeartbeat = silent }: Attempt = {},
): Promise<unknown> => {
  const context = new Context(
    { attempt: 1, scheduledTimestampMs: Date.now(), ...info } as Info,
    new Promise<never>(() => undefined),
    new AbortController().signal,
    onHeartbeat,
    undefined,
    log,
    noopMetricMeter,
    {},
  );
  return asyncLocalStorage.run(context, activity).catch((error: unknown) => error);
};
