import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { open, seal } from './envelope.js';
import type { Keyring } from './keyring.js';

const { Payload: PayloadProto } = proto.temporal.api.common.v1;
const encrypted = Buffer.from('binary/encrypted');

const isEncrypted = (payload: Payload): boolean => {
  const encoding = payload.metadata?.['encoding'];
  return encoding !== undefined && Buffer.from(encoding).equals(encrypted);
};

/**
 * Encrypts every payload that Temporal stores. Plain payloads pass through on decode, so that
 * `temporal workflow signal` works with plain JSON input.
 */
export const createPayloadCodec = (keyring: Keyring): PayloadCodec => ({
  encode: async (payloads) =>
    payloads.map((payload) => {
      const bytes = PayloadProto.encode(payload).finish();
      return {
        metadata: { encoding: encrypted, 'key-id': Buffer.from(keyring.current.id) },
        data: seal(bytes, keyring),
      };
    }),
  decode: async (payloads) =>
    payloads.map((payload) =>
      isEncrypted(payload)
        ? PayloadProto.decode(open(payload.data ?? Buffer.alloc(0), keyring))
        : payload,
    ),
});
