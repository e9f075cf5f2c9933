/**
 * FNV-1a over UTF-16 code units, then MurmurHash3's finaliser, which spreads the last characters.
 */
const hash32 = (text: string): number => {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/**
 * The place of a subject, from 0 and below 1, under a key. It stays the same for ever, also where
 * keys of encryption are rotated; the places of a subject under two keys are independent.
 */
export const placeOf = (key: string, subject: string): number =>
  hash32(`${key}\u0000${subject}`) / 2 ** 32;
