import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { Agent } from 'undici';
import { createPool, type Pool } from '../../db/pool.js';
import { parseKeyring } from '../../runtime/keyring.js';
import { createPayloadCodec } from '../../runtime/payload-codec.js';
import { Secret } from '../../runtime/secret.js';
import { createTemporalClient } from '../../runtime/temporal.js';
import type { ResumeDeps } from '../../temporal/resume-order.js';
import type { BenchContext } from '../context.js';
import { createDeskKeys, type DeskKeys } from '../desk/keys.js';
import { type LocalStack, startLocalStack } from '../local-stack.js';

/** An installation with clients of all its parts. */
export interface Installation {
  readonly varDir: string;
  readonly stack: LocalStack;
  readonly keys: DeskKeys;
  readonly db: Pool;
  readonly agent: Agent;
  readonly temporal: Client;
  readonly codec: ResumeDeps['codec'];
  readonly reviewer: { readonly name: string; readonly password: string };
}

const databaseTimeoutMs = 600_000;

/** Starts Verdict in a folder, with keys that the benchmark has too, and ends it after `work`. */
export const withInstallation = async <T>(
  varDir: string,
  { env, signal }: BenchContext,
  work: (installation: Installation) => Promise<T>,
): Promise<T> => {
  const keys = createDeskKeys();
  const payloadKeys = parseKeyring(new Secret(keys.env['PAYLOAD_KEYS'] ?? ''));
  const stack = await startLocalStack(env, signal, varDir, keys.env);
  const { databaseUrl, temporalAddress } = stack;
  const db = createPool({ databaseUrl, connections: 16, timeoutMs: databaseTimeoutMs });
  const agent = new Agent();
  const temporal = createTemporalClient({
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_TLS: 'false',
    TEMPORAL_API_KEY: undefined,
    payloadKeys,
  });
  const accounts = JSON.parse(readFileSync(join(varDir, 'accounts.json'), 'utf8')) as {
    readonly reviewer: string;
  };
  const reviewer = { name: 'reviewer', password: accounts.reviewer };
  const codec = createPayloadCodec(payloadKeys);
  try {
    return await work({ varDir, stack, keys, db, agent, temporal, codec, reviewer });
  } finally {
    await agent.destroy();
    await temporal.connection.close();
    await db.end();
    await stack.stop();
  }
};
