import { z } from 'zod';
import { secret } from '../runtime/env.js';

/** How a command reaches Temporal: the variables of API and worker. */
export const temporalVariables = {
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_API_KEY: secret.optional(),
  TEMPORAL_TLS: z.enum(['true', 'false']).default('false'),
};
