// Runs the TypeScript source of `workerData`, a file URL, in a worker thread.
import { fileURLToPath } from 'node:url';
import { workerData } from 'node:worker_threads';
import { run } from './run.mjs';

await run(fileURLToPath(workerData));
