import { KeyMissing, open, seal } from './envelope.js';
import type { Keyring } from './keyring.js';

/** Rows under a key that is missing are met again and again: so often it is told. */
const toldEveryMs = 60_000;

/**
 * Seals text for Postgres under the payload keys, tied to the row that `context` names. Opening
 * throws `EnvelopeError`; `onKeyMissing` is told of a key that the ring lacks, at most once a
 * minute.
 */
export const createVault = (
  keyring: Keyring,
  onKeyMissing: (keyId: string) => void = () => undefined,
) => {
  let toldAt = -Infinity;
  const tell = (error: unknown): void => {
    if (!(error instanceof KeyMissing) || performance.now() - toldAt < toldEveryMs) return;
    toldAt = performance.now();
    onKeyMissing(error.keyId);
  };
  return {
    seal: (text: string, context: string): Buffer =>
      seal(Buffer.from(text, 'utf8'), keyring, context),
    open: (sealed: Buffer, context: string): string => {
      try {
        return open(sealed, keyring, context).toString('utf8');
      } catch (error) {
        tell(error);
        throw error;
      }
    },
  };
};
