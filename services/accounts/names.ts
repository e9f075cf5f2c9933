import { listDisplayNames } from '../../db/accounts.js';
import type { Context } from '../context.js';

/** What to call an actor, such as `reviewer:ann`. */
export type NameOf = (actor: string) => string;

/** The name of an actor without the role. */
const plainName = (actor: string): string => actor.slice(actor.indexOf(':') + 1);

/**
 * Loads the names to show for actors: the display name of their account, even of a disabled one.
 * Holders of bearer keys, and actors without an account, keep the plain name.
 */
export const loadNames = async ({ db }: Context): Promise<NameOf> => {
  const names = new Map(await listDisplayNames(db));
  return (actor) => names.get(plainName(actor)) ?? plainName(actor);
};
