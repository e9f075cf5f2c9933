import { Client } from '@temporalio/client';
import type { Config } from '../runtime/config.js';
import { connectionOptions, connectNow } from '../runtime/temporal.js';
import { createDeployment, versionIn } from '../temporal/deployment.js';

/**
 * Sends all orders to the one worker that this installation runs, whatever version the one before
 * it had. Throws errors of gRPC.
 */
export const sendAllHere = async (config: Config): Promise<void> => {
  const connection = await connectNow(connectionOptions(config));
  try {
    const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
    const deployment = createDeployment(client, config.TEMPORAL_TASK_QUEUE, 'npm start');
    const buildId = versionIn(config)?.buildId;
    const routing = await deployment.describe();
    if (routing && routing.current !== buildId) await deployment.makeCurrent(buildId);
  } finally {
    await connection.close();
  }
};
