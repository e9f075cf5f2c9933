import { type Queryable, reached } from './pool.js';

/** The channel that carries answers to the API that waits for them. */
export const decidedChannel = 'verdict_decided';

/**
 * Notifies every API. The commit is not flushed: commits that notify wait for one another, and none
 * may wait for another's flush. Throws `TemporarilyUnavailable`.
 */
export const notifyOfDecision = async (db: Queryable, payload: string): Promise<void> => {
  await reached(
    db.query({
      name: 'notify-of-decision',
      text: `select set_config('synchronous_commit', 'off', true),
        pg_notify('${decidedChannel}', $1)`,
      values: [payload],
    }),
  );
};
