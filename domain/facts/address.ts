import type { Address } from '../../contracts/hbc/credit-card.js';
import { plainWords } from '../address/even-words.js';
import { addressKeyOf } from '../address/place-key.js';
import { remembered } from '../remembered.js';
import { normaliseWords } from '../text.js';
import { hasAnyPhrase } from './settings-words.js';

const streetWordsOf = remembered((address: Address): string =>
  plainWords(`${address.streetLineOne} ${address.streetLineTwo ?? ''}`).join(' '),
);

/** Each part by itself, so that no phrase begins in the name and ends in the street. */
const partsOf = remembered(({ name, streetLineOne, streetLineTwo = '', city }: Address) =>
  [name, `${streetLineOne} ${streetLineTwo}`, city].map(normaliseWords),
);

/** Whether an address has a phrase of the list as whole words; `MYUS12345` has `myus`. */
export const isFreightForwarder = (address: Address, phrases: readonly string[]): boolean =>
  partsOf(address).some((words) => hasAnyPhrase(words, phrases));

/** PO boxes, which the normaliser writes as `pobox`, and private mail boxes. */
const poBox =
  /(?:^| )(?:pobox|pmb \d|private mail ?box|mail ?drop|general delivery|poste restante|ups store)/;

/** Whether the address is a PO box or a private mail box. */
export const isPoBox = (address: Address): boolean => poBox.test(streetWordsOf(address));

/** The facts of one place. */
export interface PlaceFacts {
  /** As `addressKeyOf`. */
  readonly key: string;
  readonly isFreightForwarder: boolean;
  readonly isPoBox: boolean;
}

/** Fills the caches of an address, so that later reads are cheap. */
export const readAddress = (address: Address): void => {
  addressKeyOf(address);
  streetWordsOf(address);
  partsOf(address);
};

/** Whether neither street nor postal code, city or state is given. */
export const isBlankAddress = (address: Address): boolean => {
  const { streetLineOne, streetLineTwo = '', city, state, zip } = address;
  return [streetLineOne, streetLineTwo, city, state, zip].every((text) => text.trim() === '');
};

export const placeFactsOf = (address: Address, phrases: readonly string[]): PlaceFacts => ({
  key: addressKeyOf(address),
  isFreightForwarder: isFreightForwarder(address, phrases),
  isPoBox: isPoBox(address),
});
