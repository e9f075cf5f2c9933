import { NativeConnection, TransportError } from '@temporalio/worker';
import type { Logger } from '../runtime/logger.js';
import { connectionOptions, type TemporalConfig } from '../runtime/temporal.js';

const pauseMaxMs = 5000;

/** Connects to Temporal, trying again for as long as it is away. Throws what is not about that. */
export const connectWorker = async (
  config: TemporalConfig,
  logger: Logger,
): Promise<NativeConnection> => {
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
    try {
      return await NativeConnection.connect({
        ...connectionOptions(config),
        // On a host or in a data centre the wire is wider than the processor is fast.
        grpcCompression: { codec: 'none' },
      });
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      logger.warn({ pauseMs }, 'Temporal is away; trying again');
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
};
