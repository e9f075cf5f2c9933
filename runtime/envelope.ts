import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keyring } from './keyring.js';

/** The bytes cannot be opened: wrong key, altered content, or another context. */
export class EnvelopeError extends Error {
  override readonly name: string = 'EnvelopeError';
}

/** The keyring lacks the key of the bytes: it was removed too early, or is not here yet. */
export class KeyMissing extends EnvelopeError {
  override readonly name = 'KeyMissing';
  readonly keyId: string;

  constructor(keyId: string) {
    super(`the key ${keyId} is not in the keyring`);
    this.keyId = keyId;
  }
}

const version = 1;
const ivBytes = 12;
const tagBytes = 16;

const associatedData = (header: Buffer, context: string): Buffer =>
  Buffer.concat([header, Buffer.from(context, 'utf8')]);

/**
 * Encrypts bytes with AES-256-GCM under the keyring's current key. Layout: version (1), length of
 * the key id (1), key id, IV (12), tag (16), ciphertext. `context` must be the same when opening.
 */
export const seal = (plain: Uint8Array, keyring: Keyring, context = ''): Buffer => {
  const key = keyring.current;
  const id = Buffer.from(key.id, 'utf8');
  const header = Buffer.concat([Buffer.from([version, id.length]), id]);
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, iv);
  cipher.setAAD(associatedData(header, context));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([header, iv, cipher.getAuthTag(), sealed]);
};

/** The id of the key that sealed these bytes. Throws `EnvelopeError` when they are no envelope. */
export const sealedKeyId = (sealed: Uint8Array): string => {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const idLength = bytes[1] ?? 0;
  if (bytes[0] !== version || bytes.length < 2 + idLength + ivBytes + tagBytes) {
    throw new EnvelopeError('not an envelope of a known version');
  }
  return bytes.toString('utf8', 2, 2 + idLength);
};

/**
 * Decrypts what `seal` made, with any key of the ring. Throws `EnvelopeError`, or `KeyMissing` when
 * the ring lacks its key.
 */
export const open = (sealed: Uint8Array, keyring: Keyring, context = ''): Buffer => {
  const keyId = sealedKeyId(sealed);
  const key = keyring.find(keyId);
  if (key === undefined) throw new KeyMissing(keyId);
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const headerEnd = 2 + Buffer.byteLength(keyId);
  const tagStart = headerEnd + ivBytes;
  const bodyStart = tagStart + tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(headerEnd, tagStart));
  decipher.setAAD(associatedData(bytes.subarray(0, headerEnd), context));
  decipher.setAuthTag(bytes.subarray(tagStart, bodyStart));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(bodyStart)), decipher.final()]);
  } catch {
    throw new EnvelopeError('the content was altered or sealed for something else');
  }
};
