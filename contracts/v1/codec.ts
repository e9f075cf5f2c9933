import { z } from 'zod';
import { storable } from '../faults.js';

/**
 * Body and answer of Temporal's codec server protocol, bytes in base64. A call without arguments
 * has no payloads.
 */
export const CodecPayloads = z
  .object({
    payloads: z
      .array(
        z.object({
          metadata: z.record(z.string().check(storable), z.base64()).default({}),
          data: z.base64().default(''),
        }),
      )
      .default([]),
  })
  .meta({ id: 'CodecPayloads', description: "Payloads as Temporal's UI and CLI send them." });
