import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { Keyring } from './keyring.js';
import { createPayloadCodec } from './payload-codec.js';

/** Where the failure converter lies; the workflow bundle must be built with the same path. */
export const failureConverterPath = fileURLToPath(
  new URL('./failure-converter.cjs', import.meta.url),
);

/** How client and worker turn values into what Temporal stores: encrypted, failures included. */
export const createDataConverter = (keyring: Keyring): DataConverter => ({
  payloadCodecs: [createPayloadCodec(keyring)],
  failureConverterPath,
});
