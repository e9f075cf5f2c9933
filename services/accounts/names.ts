import { listDisplayNames } from '../../db/accounts.js';
import type { Context } from '../context.js';

/** What to call an actor, such as `reviewer:ann`. */
export type NameOf = (actor: string) => string;

/** The name of an actor without the role. */
const plainName = (actor: string): string => actor.slice(actor.indexOf(':') + 1);

/**
 * Loads what people are called: by the display name of their account, also when it is disabled.
 * The holder of a bearer key, and whoever has no account, goes by the plain name.
 */
export const loadNames = async ({ db }: Context): Promise<NameOf> => {
  const names = new Map(await listDisplayNames(db));
  return (actor) => names.get(plainName(actor)) ?? plainName(actor);
};
