import { NativeConnection, TransportError } from '@temporalio/worker';
import type { Logger } from '../runtime/logger.js';
import { connectionOptions, type TemporalConfig } from '../runtime/temporal.js';

const pauseMaxMs = 5000;

const connectWithRetry = async (
  config: TemporalConfig,
  logger: Logger,
): Promise<NativeConnection> => {
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
    try {
      return await NativeConnection.connect({
        ...connectionOptions(config),
        // Within a host or data centre, compression costs more than the bytes it saves.
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
 * Connects to Temporal and retries while it is down. Logs a warning every `warnEveryMs` while it
 * waits: a Temporal that accepts the connection but does not answer would otherwise go unnoticed.
 * Throws all other errors.
 */
export const connectWorker = async (
  config: TemporalConfig,
  logger: Logger,
  warnEveryMs = 10_000,
): Promise<NativeConnection> => {
  const address = config.TEMPORAL_ADDRESS;
  const startedAt = performance.now();
  const waiting = setInterval(() => {
    const waitedMs = Math.round(performance.now() - startedAt);
    logger.warn({ address, waitedMs }, 'waiting for Temporal, which does not answer');
  }, warnEveryMs);
  try {
    return await connectWithRetry(config, logger);
  } finally {
    clearInterval(waiting);
  }
};
