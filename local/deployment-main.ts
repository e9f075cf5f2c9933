import { parseArgs } from 'node:util';
import { Client, isGrpcServiceError } from '@temporalio/client';
import { z } from 'zod';
import { buildId as buildIdSchema, parseEnvironment, withSecretFiles } from '../runtime/env.js';
import { connectionOptions, connectNow } from '../runtime/temporal.js';
import { createDeployment, type Deployment } from '../temporal/deployment.js';
import {
  type CommandOn,
  commandLine,
  printTable,
  Refusal,
  runCommandOn,
  UsageError,
} from './command.js';
import { temporalAddressOf, temporalVariables } from './temporal-variables.js';

const usage = `Usage:
  npm run deployment -- list              show the versions of the workers, and which get orders
  npm run deployment -- current BUILD     send all orders to the workers with this build id
  npm run deployment -- ramp BUILD SHARE  send SHARE percent of the orders to them; 0 ends it
  npm run deployment -- unversioned       send all orders to workers without a build id

Going back is \`current\` with the earlier build id. The server is TEMPORAL_ADDRESS, else the one
that \`npm start\` runs.
`;

const Variables = z.object({
  ...temporalVariables,
  TEMPORAL_TASK_QUEUE: z.string().min(1).default('fraud'),
});

/** No answer for this long means that no server is there. */
const connectMs = 5000;

const reasonOf = (error: unknown): string =>
  isGrpcServiceError(error) ? error.details : error instanceof Error ? error.message : 'failed';

const onDeployment = async (command: CommandOn<Deployment>): Promise<void> => {
  const values = parseEnvironment(Variables, withSecretFiles(process.env, ['TEMPORAL_API_KEY']));
  const server = { ...values, TEMPORAL_ADDRESS: temporalAddressOf(values) };
  const options = { ...connectionOptions(server), connectTimeout: connectMs };
  const connection = await connectNow(options).catch(() => {
    throw new Refusal('Temporal cannot be reached: start Verdict, or set TEMPORAL_ADDRESS.');
  });
  const client = new Client({ connection, namespace: values.TEMPORAL_NAMESPACE });
  try {
    await command(createDeployment(client, values.TEMPORAL_TASK_QUEUE, commandLine.name));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`Temporal refused: ${reasonOf(error)}`);
  } finally {
    await connection.close();
  }
};

const list = async (deployment: Deployment): Promise<void> => {
  const routing = await deployment.describe();
  if (routing === undefined) {
    process.stdout.write('No worker with a build id has polled yet.\n');
    return;
  }
  const { current, ramping, versions } = routing;
  const shareOf = (buildId: string | undefined): string => {
    if (buildId !== undefined && buildId === ramping?.buildId) return `${ramping.percentage} %`;
    return buildId === current ? `${100 - (ramping?.percentage ?? 0)} %` : '';
  };
  const rows = versions.map(({ buildId, status }) => [buildId, status, shareOf(buildId)]);
  const without = ['(no build id)', '', shareOf(undefined)];
  printTable([['BUILD', 'STATE', 'ORDERS'], ...rows, ...(current === undefined ? [without] : [])]);
};

const makeCurrent = (buildId: string): CommandOn<Deployment> => {
  return async (deployment) => {
    await deployment.makeCurrent(buildId);
    process.stdout.write(`Workers of ${buildId} get all orders.\n`);
  };
};

const ramp = (buildId: string, share: number): CommandOn<Deployment> => {
  return async (deployment) => {
    // Temporal ends a ramp by naming no version.
    await deployment.ramp(share === 0 ? '' : buildId, share);
    process.stdout.write(`Workers of ${buildId} get ${share} % of the orders.\n`);
  };
};

const unversioned: CommandOn<Deployment> = async (deployment) => {
  if ((await deployment.describe()) === undefined) {
    throw new Refusal('They get all orders already: no worker with a build id has polled yet.');
  }
  await deployment.makeCurrent(undefined);
  process.stdout.write('Workers without a build id get all orders.\n');
};

const readBuildId = (text: string | undefined): string => {
  const read = buildIdSchema.safeParse(text);
  if (read.success) return read.data;
  throw new UsageError(text === undefined ? 'BUILD is missing' : 'BUILD is no build id');
};

const readShare = (text: string | undefined): number => {
  if (text !== undefined && /^(100|\d{1,2})$/.test(text)) return Number(text);
  throw new UsageError('SHARE must be a whole number from 0 to 100');
};

const parseCommand = (args: string[]): CommandOn<Deployment> | 'help' => {
  const options = { help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help === true) return 'help';
  const [verb, ...words] = positionals;
  const most = { current: 1, ramp: 2 }[verb ?? ''] ?? 0;
  if (words.length > most) throw new UsageError('more words than one command');
  switch (verb) {
    case 'list':
      return list;
    case 'current':
      return makeCurrent(readBuildId(words[0]));
    case 'ramp':
      return ramp(readBuildId(words[0]), readShare(words[1]));
    case 'unversioned':
      return unversioned;
    default:
      throw new UsageError(verb === undefined ? 'no command was given' : 'no such command');
  }
};

await runCommandOn(usage, parseCommand, onDeployment);
