import { closeSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { createPool } from '../db/pool.js';
import { ConfigError } from '../runtime/env.js';
import { createVault } from '../runtime/vault.js';
import { createPayloadCodec } from '../runtime/payload-codec.js';
import { createTemporalClient } from '../runtime/temporal.js';
import { type Finding, type FindingKind, findingKinds } from '../temporal/reconcile/findings.js';
import { OmsListFault, walkOms } from '../temporal/reconcile/walk-oms.js';
import { walkPostgres } from '../temporal/reconcile/walk-postgres.js';
import { walkTemporal } from '../temporal/reconcile/walk-temporal.js';
import { watchControls } from '../temporal/live-controls.js';
import { loadStart } from '../temporal/load-start.js';
import { createScreeningClient } from '../temporal/order-client.js';
import { screeningPolicyOf } from '../temporal/order-input.js';
import { createRuns } from '../temporal/order-runs.js';
import { isUsageError, printTable, readInstant } from './command.js';
import { loadLocalConfig } from './config.js';

const usage = `Usage:
  npm run reconcile -- [--since TIME] [--oms FILE] [--list FILE] [--apply]

Compares Postgres, after a restore, with Temporal and with OMS's list. Changes nothing
without --apply. May run beside workers and API, and may be repeated.
  --since TIME  the moment to which Postgres was restored, or an earlier one; without it
                every order that Temporal knows is compared
  --oms FILE    OMS's list, one JSON object a line:
                {"banner":"s5a","orderId":"1001","groupId":"1","state":"processed"}
                state: processed, cancelled or open; "at" may tell when
  --list FILE   writes each finding as a line of JSON
  --apply       brings every order to where it stands
`;

const databaseTimeoutMs = 10_000;
const shownMax = 10;

/**
 * Counts findings and keeps the first of each kind; a file gets them all. An order counts once for
 * each kind: it may have several runs, and be in both Temporal and OMS's list.
 */
const createReport = (listPath: string | undefined) => {
  const file = listPath === undefined ? undefined : openSync(listPath, 'w', 0o600);
  const counts = new Map<FindingKind, number>();
  const first = new Map<FindingKind, string[]>();
  const known = new Set<string>();
  return {
    found: (finding: Finding): void => {
      const { kind, workflowId } = finding;
      if (known.has(`${kind} ${workflowId}`)) return;
      known.add(`${kind} ${workflowId}`);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const shown = first.get(kind) ?? [];
      if (shown.length < shownMax) first.set(kind, [...shown, workflowId]);
      if (file !== undefined) writeSync(file, `${JSON.stringify(finding)}\n`);
    },
    print: (): void => {
      const rows = [...counts].map(([kind, count]) => [String(count), kind, findingKinds[kind]]);
      if (rows.length === 0) process.stdout.write('Everything stands the same everywhere.\n');
      else printTable([['ORDERS', 'FINDING', 'MEANING'], ...rows]);
      for (const [kind, ids] of first) process.stdout.write(`${kind}: ${ids.join(' ')}\n`);
      if (file !== undefined) closeSync(file);
    },
  };
};

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      since: { type: 'string' },
      oms: { type: 'string' },
      list: { type: 'string' },
      apply: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  return { ...values, since: readInstant('since', values.since) };
};

const main = async (): Promise<void> => {
  const { since, oms, list, apply: isApplied, help } = readOptions();
  if (help === true) {
    process.stdout.write(usage);
    return;
  }
  const isLocal = process.env['NODE_ENV'] !== 'production';
  const { config } = loadStart(isLocal ? loadLocalConfig(process.env).env : process.env);
  const databaseUrl = config.DATABASE_URL.reveal();
  const db = createPool({ databaseUrl, connections: 2, timeoutMs: databaseTimeoutMs });
  const client = createTemporalClient(config);
  const { TEMPORAL_TASK_QUEUE: taskQueue } = config;
  const controls = watchControls(db, config.settings, () => undefined);
  const report = createReport(list);
  try {
    await controls.loaded();
    const runs = createRuns(client, taskQueue);
    const deps = {
      ...{ db, client, taskQueue, runs, isApplied, found: report.found },
      ...{ controls: controls.current, now: () => new Date(), alarm: () => undefined },
      screening: createScreeningClient(client, taskQueue, runs),
      policy: screeningPolicyOf(config),
      codec: createPayloadCodec(config.payloadKeys),
      vault: createVault(config.payloadKeys),
    };
    const known = await walkTemporal(deps, since);
    const opened = oms === undefined ? undefined : await open(oms);
    const told = opened && (await walkOms(deps, opened.readLines()));
    const pending = await walkPostgres(deps);
    const ofOms = told === undefined ? '' : `, ${told} of OMS`;
    process.stdout.write(
      `Compared ${known} runs of Temporal${ofOms} and ${pending} open orders.\n`,
    );
    report.print();
    if (!isApplied) process.stdout.write('Nothing was changed: add --apply.\n');
  } finally {
    await controls.stop();
    await client.connection.close();
    await db.end();
  }
};

const textOf = (error: unknown): string => {
  if (isUsageError(error)) return `${error.message}\n\n${usage}`;
  if (error instanceof ConfigError || error instanceof OmsListFault) return `${error.message}\n`;
  if (error instanceof TemporarilyUnavailable) {
    return `${error.message}. Run this again: it goes on where it is needed.\n`;
  }
  throw error;
};

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(textOf(error));
  process.exit(isUsageError(error) ? 2 : 1);
}
