import { type Queryable, reached } from './pool.js';

/** The channel that notifies workers of orders that are refused. */
export const overloadChannel = 'verdict_overload';

/**
 * Notifies the workers that this API refuses new orders. Nothing is stored. Throws
 * `TemporarilyUnavailable`.
 */
export const notifyOfOverload = async (db: Queryable): Promise<void> => {
  await reached(
    db.query({ name: 'notify_of_overload', text: `select pg_notify('${overloadChannel}', '')` }),
  );
};
