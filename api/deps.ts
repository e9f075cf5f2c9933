import type { Pool } from '../db/pool.js';
import type { KeyHolder } from '../services/keys/authenticate.js';
import type { Tokeniser, Vault } from '../services/ports.js';
import type { Logger } from '../runtime/logger.js';
import type { Alarm, Metrics } from '../runtime/metrics.js';
import type { ScreeningClient } from '../screening/client.js';
import type { ScreeningPolicy } from '../screening/input.js';
import type { PayloadCodec } from '@temporalio/common';

/** All that the API needs; built once by its `main.ts`. */
export interface ApiDeps {
  readonly pool: Pool;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
  readonly screening: ScreeningClient;
  readonly policy: ScreeningPolicy;
  readonly codec: PayloadCodec;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly alarm: Alarm;
  readonly now: () => Date;
  /** Origins of the Temporal UI that may decode without a key; empty in production. */
  readonly uiOrigins: readonly string[];
  /** True when Temporal answers; used by `/readyz`. */
  readonly isTemporalReachable: () => Promise<boolean>;
}

/** What middleware leaves behind for the routes. */
export type ApiEnv = { Variables: { holder: KeyHolder } };
