import { type Queryable, reached } from './pool.js';

/** Whether a session was neither ended nor its account disabled. Does not count as a use of it. */
export const hasSession = async (db: Queryable, sessionId: string): Promise<boolean> => {
  const result = await reached(
    db.query({
      name: 'has-session',
      text: `select from console_sessions s join accounts a using (account_id)
        where s.session_id = $1 and a.disabled_at is null`,
      values: [sessionId],
    }),
  );
  return result.rowCount === 1;
};
