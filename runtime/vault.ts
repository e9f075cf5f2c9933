import { KeyMissing, open, seal } from './envelope.js';
import type { Keyring } from './keyring.js';

/** Rows under a missing key recur; this limits how often they are reported. */
const reportEveryMs = 60_000;

/**
 * Encrypts text for Postgres with the payload keys, tied to the row that `context` names. Opening
 * throws `EnvelopeError`. Calls `onKeyMissing` for a key that the ring lacks, at most once a
 * minute.
 */
export const createVault = (
  keyring: Keyring,
  onKeyMissing: (keyId: string) => void = () => undefined,
) => {
  let reportedAt = -Infinity;
  const report = (error: unknown): void => {
    if (!(error instanceof KeyMissing) || performance.now() - reportedAt < reportEveryMs) return;
    reportedAt = performance.now();
    onKeyMissing(error.keyId);
  };
  return {
    seal: (text: string, context: string): Buffer =>
      seal(Buffer.from(text, 'utf8'), keyring, context),
    open: (sealed: Buffer, context: string): string => {
      try {
        return open(sealed, keyring, context).toString('utf8');
      } catch (error) {
        report(error);
        throw error;
      }
    },
  };
};
