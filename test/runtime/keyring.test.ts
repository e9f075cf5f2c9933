import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseKeyring } from '../../runtime/keyring.js';
import { Secret } from '../../runtime/secret.js';

const base64 = (bytes = 32) => randomBytes(bytes).toString('base64');
const parse = (list: string) => parseKeyring(new Secret(list));

describe('a key list', () => {
  it('the first key writes, all read', () => {
    const [one, two] = [base64(), base64()];
    const ring = parse(` k-2:${two} , k_1:${one},`);
    expect(ring.current.id).toBe('k-2');
    expect(ring.find('k_1')?.bytes.toString('base64')).toBe(one);
    expect(ring.find('k_3')).toBeUndefined();
    expect(ring.all.map((key) => key.id)).toEqual(['k-2', 'k_1']);
  });

  it.each([
    ['nothing', ''],
    ['only commas', ' , ,'],
    ['a key without an id', base64()],
    ['an empty id', `:${base64()}`],
    ['an id with odd letters', `k 1:${base64()}`],
    ['an id of 33 letters', `${'k'.repeat(33)}:${base64()}`],
    ['a key of 31 bytes', `k:${base64(31)}`],
    ['a key of 33 bytes', `k:${base64(33)}`],
    ['a key that is no base64', `k:${'%'.repeat(44)}`],
    ['a key with one odd letter', `k:${base64().replace(/^./, '*')}A`],
    ['more after the key', `k:${base64()}:more`],
    ['more after the padding', `k:${base64()}more`],
    ['the same id twice', `k:${base64()},k:${base64()}`],
    ['one bad key among good ones', `k:${base64()},l:${base64(16)}`],
  ])('with %s is refused, and the reason shows none of it', (_what, list) => {
    let reason = '';
    try {
      parse(list);
    } catch (error) {
      reason = inspect(error);
    }
    const [said] = reason.split('\n');
    expect(said).toMatch(/key/);
    const parts = list.split(/[,:]/).filter((part) => part.trim().length > 4);
    for (const part of parts) expect(reason).not.toContain(part);
  });

  it('a key given where an id belongs is not shown either', () => {
    const hex = randomBytes(16).toString('hex');
    expect(() => parse(`${hex}:k1`)).toThrow(/^(?!.*[0-9a-f]{32})/);
  });
});
