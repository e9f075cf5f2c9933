import * as fc from 'fast-check';
import { faultOf } from '../../../api/faults.js';
import type { Operation } from '../../../api/operation.js';
import { codecOperations } from '../../../api/operations/codec.js';
import { parseWire } from '../../../contracts/faults.js';
import { CodecPayloads } from '../../../contracts/v1/codec.js';
import { parseKeyring } from '../../../runtime/keyring.js';
import { createPayloadCodec } from '../../../runtime/payload-codec.js';
import { Secret } from '../../../runtime/secret.js';
import { claim, held } from '../claims.js';
import { withEdits } from '../odd-json.js';
import { inProcess } from '../target.js';

const key = Buffer.alloc(32, 9).toString('base64');
const codec = createPayloadCodec(parseKeyring(new Secret(`k1:${key}`)));

const handlerOf = (name: string): Operation['handle'] => {
  const found = codecOperations.find(({ path }) => path.endsWith(name));
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found.handle;
};
const [decode, encode] = [handlerOf('/decode'), handlerOf('/encode')];

const handled = async (handle: Operation['handle'], body: unknown): Promise<unknown> => {
  const call = { codec } as unknown as Parameters<typeof handle>[0];
  const request = { body, query: {}, params: {} } as unknown as Parameters<typeof handle>[1];
  return held(() => handle(call, request));
};

const base64 = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const encrypted = Buffer.from('binary/encrypted').toString('base64');

const payload = fc.record(
  {
    metadata: fc.dictionary(
      fc.constantFrom('encoding', 'key-id', '__proto__', 'x'),
      fc.oneof(base64, fc.constant(encrypted)),
      { maxKeys: 3 },
    ),
    data: base64,
  },
  { requiredKeys: ['data'] },
);
const documents = fc.record({ payloads: fc.array(payload, { maxLength: 4 }) });

/** Payloads of the codec server: what was encrypted is what was sent, and bytes never crash it. */
export const codecPayloads = inProcess<unknown>('codec', 1, () => ({
  cases: withEdits(documents, 3),
  check: async (raw) => {
    const parsed = parseWire(CodecPayloads, raw);
    if (!parsed.ok) return 'refused';
    const sealed = await handled(encode, parsed.value);
    const opened = await handled(decode, parseOf(sealed));
    const isSame = JSON.stringify(plain(opened)) === JSON.stringify(plain(parsed.value));
    claim(isSame, `was sealed and opened as ${JSON.stringify(opened).slice(0, 300)}`);
    try {
      await handled(decode, parsed.value);
      return 'decoded';
    } catch (error) {
      claim(faultOf(error)?.status === 400, `throws ${String((error as Error).stack)}`);
      return 'not decoded';
    }
  },
}));

const parseOf = (raw: unknown) => {
  const parsed = parseWire(CodecPayloads, JSON.parse(JSON.stringify(raw)));
  claim(parsed.ok, 'an encrypted payload is no payload');
  return parsed.value;
};

/** Base64 has several spellings of one byte; compare the bytes. */
const plain = (raw: unknown): unknown => {
  const { payloads } = raw as { payloads: { metadata?: Record<string, string>; data?: string }[] };
  return payloads.map(({ metadata = {}, data = '' }) => [
    Object.entries(metadata)
      .map(([name, value]) => [name, Buffer.from(value, 'base64').toString('hex')])
      .toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1)),
    Buffer.from(data, 'base64').toString('hex'),
  ]);
};
