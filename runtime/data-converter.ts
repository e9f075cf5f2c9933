import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { Keyring } from './keyring.js';
import { createPayloadCodec } from './payload-codec.js';

/** The path of the failure converter; the workflow bundle must use the same. */
export const failureConverterPath = fileURLToPath(
  new URL('./failure-converter.cjs', import.meta.url),
);

/** The data converter of client and worker: encrypts payloads, failures included. */
export const createDataConverter = (keyring: Keyring): DataConverter => ({
  payloadCodecs: [createPayloadCodec(keyring)],
  failureConverterPath,
});
