import type { Settings } from '../../contracts/settings.js';

/** The stores of an alert that have a mailbox. */
export const storeContacts = (
  { stores }: Pick<Settings, 'stores'>,
  storeNumber: number | null,
): { readonly email: string; readonly timeZone: string | undefined }[] =>
  stores.flatMap(({ number, email, timeZone }) =>
    number === storeNumber && email !== undefined ? [{ email, timeZone }] : [],
  );

/** The same mailbox, for all that counts here: servers that tell cases apart are no more seen. */
export const sameMailbox = (address: string): string => address.toLowerCase();
