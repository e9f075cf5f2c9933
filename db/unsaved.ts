import type pg from 'pg';
import { type Pool, reached } from './pool.js';

/** Database transactions that are always rolled back, one at a time. */
export interface Unsaved {
  /**
   * Runs every statement in the transaction of the present round; a transaction within it becomes a
   * savepoint. Statements outside of a round fail.
   */
  readonly db: Pool;
  /** Runs `work` in a transaction on the next connection and rolls it back, whatever happens. */
  readonly round: <T>(work: () => Promise<T>) => Promise<T>;
  /** Returns the connections to their pool. */
  readonly close: () => void;
}

/** A round whose process hangs holds no lock for longer than this. */
const begin = `begin; set local statement_timeout = '1s';
  set local idle_in_transaction_session_timeout = '3s'`;

const savepoints: Readonly<Record<string, string>> = {
  begin: 'savepoint inner_transaction',
  commit: 'release savepoint inner_transaction',
  rollback: 'rollback to savepoint inner_transaction',
};

type Query = (...given: unknown[]) => Promise<unknown>;

/** A connection runs one statement at a time, which the callers of a pool need not know. */
const inTurn = (query: Query): Query => {
  let last: Promise<unknown> = Promise.resolve();
  return (text, ...rest) => {
    const given = typeof text === 'string' ? (savepoints[text] ?? text) : text;
    const result = last.then(() => query(given, ...rest));
    last = result.catch(() => undefined);
    return result;
  };
};

/** Takes connections of a pool and hands them out in turn. */
const takeInTurn = (pool: Pool, connections: number) => {
  const idle: pg.PoolClient[] = [];
  let taken = 0;
  let isClosed = false;
  return {
    next: async (): Promise<pg.PoolClient> => {
      const [oldest] = idle;
      if (taken >= connections && oldest !== undefined) return idle.shift() ?? oldest;
      const opened = await reached(pool.connect());
      taken += 1;
      return opened;
    },
    putBack: (client: pg.PoolClient) => {
      // A round may outlast the rehearsal.
      if (isClosed) client.release();
      else idle.push(client);
    },
    close: () => {
      isClosed = true;
      for (const client of idle.splice(0)) client.release();
    },
  };
};

/**
 * Uses up to `connections` of a pool in turn. Statements prepared in a round stay prepared on its
 * connection.
 */
export const createUnsaved = (pool: Pool, connections: number): Unsaved => {
  const { next, putBack, close } = takeInTurn(pool, connections);
  let present: Query | undefined;
  const query: Query = (...given) =>
    present?.(...given) ?? Promise.reject(new Error('no round is running'));
  const connect = () => Promise.resolve({ query, release: () => undefined });
  return {
    db: { query, connect } as unknown as Pool,
    round: async (work) => {
      if (present !== undefined) throw new Error('a round is running');
      const client = await next();
      const send = client.query.bind(client) as Query;
      const own = inTurn(send);
      try {
        await reached(send(begin));
        present = own;
        return await work();
      } finally {
        present = undefined;
        await own('rollback transaction').then(
          () => putBack(client),
          () => client.release(true),
        );
      }
    },
    close,
  };
};
