import { Client, Connection } from '@temporalio/client';
import type { Config } from './config.js';
import { createDataConverter } from './data-converter.js';

/** The part of the configuration that says where Temporal is and how to get in. */
export type TemporalConfig = Pick<
  Config,
  'TEMPORAL_ADDRESS' | 'TEMPORAL_NAMESPACE' | 'TEMPORAL_API_KEY' | 'TEMPORAL_TLS' | 'payloadKeys'
>;

/** Connection options that the client's and the worker's connection share. */
export const connectionOptions = (config: TemporalConfig) => ({
  address: config.TEMPORAL_ADDRESS,
  ...(config.TEMPORAL_TLS === 'true' ? { tls: true as const } : {}),
  ...(config.TEMPORAL_API_KEY ? { apiKey: config.TEMPORAL_API_KEY.reveal() } : {}),
});

/**
 * A client that connects when first used: the API must start, and answer 503, while Temporal is
 * away.
 */
export const createTemporalClient = (config: TemporalConfig): Client =>
  new Client({
    connection: Connection.lazy(connectionOptions(config)),
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: createDataConverter(config.payloadKeys),
  });
