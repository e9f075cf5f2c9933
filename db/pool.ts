import pg from 'pg';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';

export type Pool = pg.Pool;

/** Anything that runs a query: the pool, or the client of an open database transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;

/**
 * SQLSTATE classes and codes of temporary faults: connection, resources, operator, timeout, lock.
 */
const unavailableStates = /^(08|53|57P|58|25006$|40001$|40P01$|55P03$|57014$)/;

const unavailableSystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * True when Postgres was unreachable, as opposed to a fault of the statement. pg's own connection
 * and timeout errors have no code, so a plain `Error` without one is such an error.
 */
const isUnavailable = (error: unknown): boolean => {
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') {
    return unavailableSystemCodes.has(code) || unavailableStates.test(code);
  }
  return error.constructor === Error && !(error instanceof pg.DatabaseError);
};

const unavailableOrSame = (error: unknown): unknown =>
  isUnavailable(error) ? new TemporarilyUnavailable('postgres', error) : error;

/** How long a transaction whose process hangs may hold its locks. */
const idleInTransactionMs = 60_000;

/** One in this many connections stays open when idle. */
const keptShare = 4;

export interface PoolOptions {
  readonly databaseUrl: string;
  readonly connections: number;
  /** Timeout of one statement and of waiting for a connection, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * Plans each named statement once a connection, whatever its values. For queries that are a few
   * index walks with any values: planning the history query takes longer than running it.
   */
  readonly plansOnce?: boolean;
}

/**
 * A connection pool that survives broken connections: the statement in progress fails, and a break
 * between statements is ignored.
 */
export const createPool = (options: PoolOptions): Pool => {
  const { databaseUrl, connections, timeoutMs, plansOnce = false } = options;
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: connections,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    statement_timeout: timeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    // Opening a connection takes some ten milliseconds, and planning its statements as many. With
    // the driver's default of 10 s, every order of a quiet hour would pay for both. Extra
    // connections of a burst close after a minute: each is a Postgres process.
    min: plansOnce ? connections : Math.ceil(connections / keptShare),
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: 'verdict',
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    // If it fails, the next statement on this connection fails too; otherwise only this setting is
    // lost.
    if (plansOnce) {
      client.query('set plan_cache_mode = force_generic_plan').catch(() => undefined);
    }
  });
  return pool;
};

/**
 * Awaits `query` and maps unreachable Postgres to `TemporarilyUnavailable`. Every query of `db/`
 * uses it, so everything that reads or writes may throw `TemporarilyUnavailable`, and docstrings
 * need not repeat it.
 */
export const reached = async <T>(query: Promise<T>): Promise<T> => {
  try {
    return await query;
  } catch (error) {
    throw unavailableOrSame(error);
  }
};

/**
 * Runs `work` in one database transaction and rolls back when it throws. A failed connection is
 * closed and not reused.
 */
export const inTransaction = async <T>(
  pool: Pool,
  work: (client: Queryable) => Promise<T>,
): Promise<T> => {
  const client = await reached(pool.connect());
  let broken = false;
  try {
    await reached(client.query('begin'));
    const result = await work(client);
    await reached(client.query('commit'));
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
};
