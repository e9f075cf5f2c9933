import { open, seal } from './envelope.js';
import type { Keyring } from './keyring.js';

/** Seals text for Postgres under the payload keys, tied to the row that `context` names. */
export const createVault = (keyring: Keyring) => ({
  seal: (text: string, context: string): Buffer =>
    seal(Buffer.from(text, 'utf8'), keyring, context),
  open: (sealed: Buffer, context: string): string =>
    open(sealed, keyring, context).toString('utf8'),
});
