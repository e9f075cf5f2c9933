import { listKeysOf, placeSubjectOf } from '../../domain/address/place-key.js';
import { descriptionOf } from '../../domain/facts/items.js';
import { firstOfEachSpelling, readDestination } from '../../domain/facts/shipping.js';
import { spellingsOf } from '../../domain/subjects.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { mapInTurns, turnOfOthers } from '../turns.js';

/** Nobody waits for the work on as many lines as this. */
const fewLines = 50;

type Lines = Pick<SanitisedTransaction, 'items'>;

/**
 * Evens out the addresses of an order, which may have five hundred, with turns for others between
 * them. What is found out is remembered with the order: whoever asks next has it at once.
 */
export const readPlaces = async (order: Lines): Promise<void> => {
  await mapInTurns(spellingsOf(order), placeSubjectOf);
};

/** The same with all else that rules and lists ask of the texts of an order. */
export const readTexts = async (order: Lines): Promise<void> => {
  const isLarge = order.items.length > fewLines;
  // To open and parse it took some time already.
  if (isLarge) await turnOfOthers();
  await readPlaces(order);
  await mapInTurns(spellingsOf(order), listKeysOf);
  await mapInTurns(firstOfEachSpelling(order.items), readDestination);
  await mapInTurns(order.items, descriptionOf);
  if (isLarge) await turnOfOthers();
};
