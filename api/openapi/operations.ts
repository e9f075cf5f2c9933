import { controlOperations } from './control-operations.js';
import { labelOperations } from './label-operations.js';
import { listOperations } from './list-operations.js';
import type { Operation } from './operation.js';
import { orderOperations } from './order-operations.js';
import { systemOperations } from './system-operations.js';

/** Every operation there is; a test holds it against the routes. */
export const operations: readonly Operation[] = [
  ...orderOperations,
  ...controlOperations,
  ...labelOperations,
  ...listOperations,
  ...systemOperations,
];
