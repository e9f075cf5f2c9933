import { hasSession } from '../../db/open-sessions.js';
import type { Context } from '../context.js';

/**
 * Whether nobody has ended a session or disabled its account. Unlike `findSession` it does not
 * count as a use, so a page that only stays open does not keep its session alive.
 */
export const isSessionOpen = ({ db }: Context, sessionId: string): Promise<boolean> =>
  hasSession(db, sessionId);
