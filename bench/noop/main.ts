import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';

/**
 * The bare worker of the floor: the product's polling, without activities or a payload codec.
 * Arguments: address and task queue.
 */
const main = async (address: string, taskQueue: string): Promise<void> => {
  Runtime.install({ shutdownSignals: [] });
  const connection = await NativeConnection.connect({
    address,
    grpcCompression: { codec: 'none' },
  });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
    workflowTaskPollerBehavior: { type: 'autoscaling' },
    maxCachedWorkflows: 500,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => worker.shutdown());
  }
  const running = worker.run();
  process.stdout.write('polling\n');
  await running;
  await connection.close();
};

const [address = '', taskQueue = ''] = process.argv.slice(2);
await main(address, taskQueue);
process.exit(0);
