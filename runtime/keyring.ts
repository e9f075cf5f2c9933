import type { Secret } from './secret.js';

/** One symmetric key of 256 bits, by id. */
export interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/** Keys in the order of their list: the first one encrypts, all decrypt. */
export class Keyring {
  readonly #keys: readonly Key[];

  constructor(keys: readonly Key[]) {
    if (keys[0] === undefined) throw new Error('a keyring needs at least one key');
    this.#keys = keys;
  }

  /** The key that encrypts. */
  get current(): Key {
    return this.#keys[0] as Key;
  }

  get all(): readonly Key[] {
    return this.#keys;
  }

  find(id: string): Key | undefined {
    return this.#keys.find((key) => key.id === id);
  }
}

const keyBytes = 32;

/** Parses a `keyId:base64,keyId:base64` list. Throws an error without key material. */
export const parseKeyring = (list: Secret): Keyring => {
  const keys = list
    .reveal()
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry, index) => {
      const [, id, encoded] = /^([A-Za-z0-9_-]{1,32}):([^:]+)$/.exec(entry) ?? [];
      if (!id || !encoded) throw new Error('each key must be written keyId:base64');
      const bytes = Buffer.from(encoded, 'base64');
      if (bytes.length !== keyBytes || bytes.toString('base64') !== encoded) {
        throw new Error(`key ${index + 1} of the list must be ${keyBytes} bytes in base64`);
      }
      return { id, bytes };
    });
  if (keys.length === 0) throw new Error('at least one key is needed');
  if (new Set(keys.map((key) => key.id)).size !== keys.length) {
    throw new Error('key ids must differ');
  }
  return new Keyring(keys);
};
