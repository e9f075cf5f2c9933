import { notifyOfOverload } from '../../db/overload.js';
import type { Context } from '../context.js';

/**
 * Tells the workers that new orders are refused, so that settlements give way to those that come.
 * Throws `TemporarilyUnavailable`.
 */
export const announceOverload = ({ db }: Context): Promise<void> => notifyOfOverload(db);
