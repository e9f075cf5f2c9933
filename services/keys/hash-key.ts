import { createHash } from 'node:crypto';

/** How a bearer key is stored: 256 random bits need no slow hash. */
export const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest();
