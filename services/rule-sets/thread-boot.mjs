// A thread starts without the loader that runs TypeScript, and on Node 20 no option can give it one.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData);
