// Registers the TypeScript loader, which a worker thread does not inherit.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData);
