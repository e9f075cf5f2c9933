import { NativeConnection, TransportError } from '@temporalio/worker';
import type { Logger } from '../runtime/logger.js';
import { connectionOptions, type TemporalConfig } from '../runtime/temporal.js';

const pauseMaxMs = 5000;

const connectInTheEnd = async (
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
      logger.warn({ pauseMs, address: config.TEMPORAL_ADDRESS }, 'Temporal is away; trying again');
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
};

/**
 * Connects to Temporal, trying again for as long as it is away, and says every `sayEveryMs` that it
 * waits and where: a Temporal that takes the connection and does not answer would else be waited
 * for in silence. Throws what is not about that.
 */
export const connectWorker = async (
  config: TemporalConfig,
  logger: Logger,
  sayEveryMs = 10_000,
): Promise<NativeConnection> => {
  const address = config.TEMPORAL_ADDRESS;
  const startedAt = performance.now();
  const waiting = setInterval(() => {
    const waitedMs = Math.round(performance.now() - startedAt);
    logger.warn({ address, waitedMs }, 'waiting for Temporal, which does not answer');
  }, sayEveryMs);
  try {
    return await connectInTheEnd(config, logger);
  } finally {
    clearInterval(waiting);
  }
};
