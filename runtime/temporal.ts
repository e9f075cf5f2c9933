import { Client, Connection } from '@temporalio/client';
import type { Config } from './config.js';
import { createDataConverter } from './data-converter.js';

/** The configuration of the connection to Temporal. */
export type TemporalConfig = Pick<
  Config,
  'TEMPORAL_ADDRESS' | 'TEMPORAL_NAMESPACE' | 'TEMPORAL_API_KEY' | 'TEMPORAL_TLS' | 'payloadKeys'
>;

/** Connection options for both client and worker. */
export const connectionOptions = (
  config: Omit<TemporalConfig, 'TEMPORAL_NAMESPACE' | 'payloadKeys'>,
) => ({
  address: config.TEMPORAL_ADDRESS,
  ...(config.TEMPORAL_TLS === 'true' ? { tls: true as const } : {}),
  ...(config.TEMPORAL_API_KEY ? { apiKey: config.TEMPORAL_API_KEY.reveal() } : {}),
});

/**
 * A client that connects on first use: the API must start, and answer 503, while Temporal is down.
 */
export const createTemporalClient = (config: TemporalConfig): Client =>
  new Client({
    connection: Connection.lazy(connectionOptions(config)),
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: createDataConverter(config.payloadKeys),
  });
