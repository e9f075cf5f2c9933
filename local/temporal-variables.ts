import { z } from 'zod';
import { port, secret } from '../runtime/env.js';

/** How a command reaches Temporal: the variables of API and worker. */
export const temporalVariables = {
  TEMPORAL_ADDRESS: z.string().min(1).optional(),
  /** Of the server that `npm start` runs: used without an address. */
  TEMPORAL_PORT: port.prefault('7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_API_KEY: secret.optional(),
  TEMPORAL_TLS: z.enum(['true', 'false']).default('false'),
};

/** The server that is named, else the one that `npm start` runs. */
export const temporalAddressOf = (values: {
  readonly TEMPORAL_ADDRESS?: string | undefined;
  readonly TEMPORAL_PORT: number;
}): string => values.TEMPORAL_ADDRESS ?? `127.0.0.1:${values.TEMPORAL_PORT}`;
