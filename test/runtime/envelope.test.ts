import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvelopeError, open, seal, sealedKeyId } from '../../runtime/envelope.js';
import { Keyring } from '../../runtime/keyring.js';

const key = (id: string) => ({ id, bytes: randomBytes(32) });
const [old, young] = [key('old'), key('young')];
const before = new Keyring([old]);
const during = new Keyring([young, old]);
const after = new Keyring([young]);

const text = (sealed: Buffer, ring: Keyring, context?: string) =>
  open(sealed, ring, context).toString('utf8');

describe('an envelope', () => {
  it('returns what was encrypted, whatever it was and whatever it was bound to', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.string(), (bytes, context) => {
        expect(open(seal(bytes, during, context), during, context)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('never looks the same twice, and reveals nothing of its content', () => {
    const [one, two] = [
      seal(Buffer.from('Zq7 secret'), before),
      seal(Buffer.from('Zq7 secret'), before),
    ];
    expect(one.equals(two)).toBe(false);
    expect(one.toString('latin1')).not.toContain('Zq7');
  });

  it('does not open when any byte was altered, cut off or added', () => {
    const sealed = seal(Buffer.from('content'), before, 'tx_1');
    for (let position = 0; position < sealed.length; position += 1) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(position) ^ 0x10, position);
      expect(() => open(altered, before, 'tx_1'), String(position)).toThrow(EnvelopeError);
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => open(sealed.subarray(0, length), before, 'tx_1')).toThrow(EnvelopeError);
    }
    expect(() => open(Buffer.concat([sealed, Buffer.of(0)]), before, 'tx_1')).toThrow(
      EnvelopeError,
    );
  });

  it('does not open for another row than the one it was sealed for', () => {
    const sealed = seal(Buffer.from('content'), before, 'tx_1');
    for (const context of ['tx_2', '', 'tx_1 ']) {
      expect(() => open(sealed, before, context)).toThrow(EnvelopeError);
    }
  });

  it('does not open with another key under the same id', () => {
    const sealed = seal(Buffer.from('content'), before);
    expect(() => open(sealed, new Keyring([key('old')]))).toThrow(EnvelopeError);
  });

  it('outlives a rotation for as long as its key is in the ring', () => {
    const sealed = seal(Buffer.from('content'), before);
    expect(text(sealed, during)).toBe('content');
    expect(() => open(sealed, after)).toThrow(EnvelopeError);
    const renewed = seal(Buffer.from('content'), during);
    expect([sealedKeyId(sealed), sealedKeyId(renewed)]).toEqual(['old', 'young']);
    expect(text(renewed, after)).toBe('content');
  });

  it('is recognised among any other bytes, without a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => open(bytes, during)).toThrow(EnvelopeError);
      }),
    );
  });

  it('opens from a view into a larger buffer', () => {
    const sealed = seal(Buffer.from('content'), before);
    const larger = Buffer.concat([Buffer.of(9, 9), sealed, Buffer.of(9)]);
    expect(text(larger.subarray(2, 2 + sealed.length), before)).toBe('content');
  });
});
