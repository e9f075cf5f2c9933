import pg from 'pg';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';

export type Pool = pg.Pool;

/** Anything that runs a query: the pool, or the client of an open database transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;

/** SQLSTATE classes and codes that mean "not now": connection, resources, operator, time, lock. */
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
 * True when the fault lies with reaching Postgres and not with the statement. pg gives its own
 * connection and time-out errors no code: an error of its class without one is such an error.
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

/** A transaction whose process hangs between two statements holds its locks for no longer. */
const idleInTransactionMs = 60_000;

/** One of so many connections stays open however long it is idle. */
const keptShare = 4;

export interface PoolOptions {
  readonly databaseUrl: string;
  readonly connections: number;
  /** Ceiling for one statement, and for waiting for a connection, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * Each named statement is planned once a connection, whatever its values: for looks that are few
   * index walks with any of them. Planning the look at history takes longer than making it.
   */
  readonly plansOnce?: boolean;
}

/**
 * A connection pool whose connections may break without ending the process: whoever waits for a
 * statement is told by its failure, and between the statements of a transaction nobody waits.
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
    // A connection costs some ten milliseconds to open and as much to plan its statements; with the
    // driver's own 10 s every order of a quiet hour would pay for both. What a rush has opened
    // beyond these closes again after a minute: each connection is a process of Postgres.
    min: plansOnce ? connections : Math.ceil(connections / keptShare),
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: 'verdict',
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    // Whoever uses the connection learns that it failed; only then is this lost.
    if (plansOnce) {
      client.query('set plan_cache_mode = force_generic_plan').catch(() => undefined);
    }
  });
  return pool;
};

/**
 * Runs `query`, telling "Postgres is away" (`TemporarilyUnavailable`) from every other fault. Every
 * query of `db/` goes through it, so whatever reads or writes may throw `TemporarilyUnavailable`,
 * and its own comment does not say so again.
 */
export const reached = async <T>(query: Promise<T>): Promise<T> => {
  try {
    return await query;
  } catch (error) {
    throw unavailableOrSame(error);
  }
};

/**
 * Runs `work` in one database transaction; a throw rolls it back. A connection that failed is
 * closed and not used again.
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
