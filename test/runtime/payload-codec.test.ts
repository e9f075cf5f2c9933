import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { Keyring } from '../../runtime/keyring.js';
import { createPayloadCodec } from '../../runtime/payload-codec.js';

const key = (id: string) => ({ id, bytes: randomBytes(32) });
const [old, young] = [key('old'), key('young')];
const codec = (...keys: ReturnType<typeof key>[]) => createPayloadCodec(new Keyring(keys));
const payloads = [{ email: 'Zq7@example.com' }, 'text', null, undefined, 7].map((value) =>
  defaultPayloadConverter.toPayload(value),
);

const valuesOf = (read: readonly Parameters<typeof defaultPayloadConverter.fromPayload>[0][]) =>
  read.map((payload) => defaultPayloadConverter.fromPayload(payload));

describe('the payload codec', () => {
  it('gives back every payload as it was, and stores it unreadable', async () => {
    const sealed = await codec(young).encode(payloads);
    expect(sealed.map((one) => Buffer.from(one.data ?? []).toString('latin1')).join()).not.toMatch(
      /Zq7|text/,
    );
    expect(valuesOf(await codec(young).decode(sealed))).toEqual(valuesOf(payloads));
  });

  it('passes plain payloads through, so that the CLI can signal with plain JSON', async () => {
    expect(await codec(young).decode(payloads)).toEqual(payloads);
  });

  it('reads what an older key wrote while that key is listed, and writes with the first', async () => {
    const sealed = await codec(old).encode(payloads);
    expect(valuesOf(await codec(young, old).decode(sealed))).toEqual(valuesOf(payloads));
    await expect(codec(young).decode(sealed)).rejects.toThrow(/key/);
    const [renewed] = await codec(young, old).encode(payloads);
    expect(Buffer.from(renewed?.metadata?.['key-id'] ?? []).toString()).toBe('young');
  });

  it('a fault names no content', async () => {
    const [sealed] = await codec(old).encode(payloads);
    const altered = { ...sealed, data: Buffer.concat([sealed?.data ?? Buffer.of(), Buffer.of(1)]) };
    await expect(codec(old).decode([altered])).rejects.toThrow(/^(?!.*Zq7)/);
  });
});
