import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Worker, WorkerOptions } from 'node:worker_threads';

const preload = fileURLToPath(new URL('./workflow-thread.cjs', import.meta.url));

/**
 * Loads `workflow-thread.cjs` into each workflow thread that the SDK starts from now on. The SDK
 * has no option for that, and its threads get only the options of the process. So the SDK finds
 * another `Worker` class; `import` statements still find Node's own.
 */
export const leanWorkflowThreads = (): void => {
  const require = createRequire(import.meta.url);
  const threadFile = require.resolve('@temporalio/worker/lib/workflow/workflow-worker-thread');
  const threads = require('node:worker_threads') as { Worker: typeof Worker };
  threads.Worker = class extends threads.Worker {
    constructor(file: string | URL, options?: WorkerOptions) {
      const isOfSdk = file === threadFile;
      super(file, isOfSdk ? { ...options, execArgv: ['--require', preload] } : options);
    }
  };
};
