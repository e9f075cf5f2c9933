import { accessSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import {
  partnerDeclarations,
  type VotingPartner,
  votingPartners,
} from '../contracts/voting-partners.js';
import type { Config } from '../runtime/config.js';
import {
  ConfigError,
  type Environment,
  parseEnvironment,
  port as portNumber,
  readSecretFiles,
} from '../runtime/env.js';
import type { PortClaim } from '../runtime/listen-fault.js';
import { accountsFile, keysFile } from '../runtime/local-files.js';
import { partnerSecretNames } from '../runtime/partner-access.js';
import { readKnownSecrets } from '../runtime/secrets-file.js';
import { loadStart } from '../temporal/load-start.js';
import { backupDir } from './backup/backup-variable.js';
import { portsInConflict } from './ports.js';

const Variables = z.object({
  NODE_ENV: z
    .string()
    .refine(
      (value) => value !== 'production',
      'must not be production here: run `npm run migrate`, `npm run worker` and `npm run api`',
    )
    .optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: portNumber.prefault('8080'),
  METRICS_PORT: portNumber.prefault('9464'),
  PGPORT: portNumber.prefault('54329'),
  SIMULATOR_PORT: portNumber.prefault('8090'),
  TEMPORAL_PORT: portNumber.prefault('7233'),
  TEMPORAL_UI_PORT: portNumber.prefault('8233'),
  TEMPORAL_ADDRESS: z.string().min(1).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'must be a postgres:// URL')
    .optional(),
  VAR_DIR: z.string().min(1).default('./var'),
  API_KEYS_FILE: z.string().min(1).optional(),
  ACCOUNTS_FILE: z.string().min(1).optional(),
  OMS_URL: z.string().optional(),
  SMTP_URL: z.string().optional(),
  SMTP_SINK_PORT: portNumber.optional(),
  BACKUP_DIR: backupDir.optional(),
});

const loopback = '127.0.0.1';
/** The local server supports neither TLS nor API keys. */
const plainTemporal = { TEMPORAL_TLS: 'false', TEMPORAL_API_KEY: undefined };
const secretNames = ['DATABASE_URL', 'OMS_TOKEN', ...partnerSecretNames, 'SMTP_URL'];

/** What `npm start` starts, and the environment of the parts. */
export interface LocalConfig {
  /** The API as seen from this machine. */
  readonly apiUrl: string;
  /** The base URL of the worker's `/readyz` and `/metrics`. */
  readonly workerUrl: string;
  readonly varDir: string;
  readonly keysFile: string;
  readonly accountsFile: string;
  /** `TEMPORAL_NAMESPACE`. */
  readonly namespace: string;
  /** The configuration that the parts read from `env`. */
  readonly parts: Config;
  /** Undefined when an existing server is used. */
  readonly postgres: { readonly port: number; readonly backupDir: string | undefined } | undefined;
  readonly temporal: { readonly port: number; readonly uiPort: number } | undefined;
  readonly simulatorUrl: string | undefined;
  /** Stores mails in a folder; port 0 takes a free port. Undefined when `SMTP_URL` is set. */
  readonly mailSink: { readonly port: number; readonly folder: string } | undefined;
  readonly ports: readonly PortClaim[];
  /** Complete environment of the child processes; it holds secrets. */
  readonly env: Environment;
}

type Values = z.output<typeof Variables>;

/** An address to which a client on this machine can connect when a server listens on `host`. */
const reachable = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
};

/** An unset URL means the simulator; an empty one switches its partner off. */
const isSimulated = (url: string | undefined, simulators: string): boolean =>
  url === undefined || url.replace('//localhost:', `//${loopback}:`).startsWith(`${simulators}/`);

const portsOf = (values: Values, withSimulators: boolean): readonly PortClaim[] => {
  const claim = (variable: string, what: string, port: number, host = loopback) => ({
    ...{ variable, what, port, host },
  });
  const host = values.HOST;
  const simulators = claim('SIMULATOR_PORT', 'simulators', values.SIMULATOR_PORT, host);
  const postgres = claim('PGPORT', 'Postgres', values.PGPORT);
  const temporal = [
    claim('TEMPORAL_PORT', 'Temporal', values.TEMPORAL_PORT),
    claim('TEMPORAL_UI_PORT', 'Temporal UI', values.TEMPORAL_UI_PORT),
  ];
  return [
    claim('PORT', 'API', values.PORT, host),
    ...(values.DATABASE_URL === undefined ? [postgres] : []),
    ...(values.TEMPORAL_ADDRESS === undefined ? temporal : []),
    ...(withSimulators ? [simulators] : []),
    claim('METRICS_PORT', 'worker metrics', values.METRICS_PORT, host),
    ...(values.SMTP_URL === undefined && values.SMTP_SINK_PORT !== undefined
      ? [claim('SMTP_SINK_PORT', 'mail sink', values.SMTP_SINK_PORT)]
      : []),
  ];
};

/** An optional partner is simulated only when its URL says so. */
const isVotingSimulated = (name: VotingPartner, env: Environment, simulators: string): boolean => {
  const { environment, isOptional } = partnerDeclarations[name];
  const url = env[environment.url];
  return isSimulated(url, simulators) && !(isOptional && url === undefined);
};

const votingDefaults = (name: VotingPartner, env: Environment, simulators: string): Environment => {
  const { environment, isOptional } = partnerDeclarations[name];
  const { url, texts, secrets } = environment;
  const valuesOf = (names: object, value: string) =>
    Object.keys(names).map((variable) => [variable, value] as const);
  return {
    ...(!isOptional && { [url]: `${simulators}/${name}` }),
    ...(isVotingSimulated(name, env, simulators) &&
      Object.fromEntries([
        ...valuesOf(texts, 'verdict-local'),
        ...valuesOf(secrets, `verdict-local-${name}`),
      ])),
  };
};

/** Defaults that the partners' clients and their simulators share; set values win. */
const partnerDefaults = (values: Values, env: Environment, simulators: string): Environment => ({
  ...Object.fromEntries(
    votingPartners.flatMap((name) => Object.entries(votingDefaults(name, env, simulators))),
  ),
  OMS_URL: `${simulators}/oms`,
  ...(isSimulated(values.OMS_URL, simulators) && { OMS_TOKEN: 'verdict-local-oms' }),
});

type Checked<T> = { readonly value: T | undefined; readonly problems: readonly string[] };

const check = <T>(read: () => T): Checked<T> => {
  try {
    return { value: read(), problems: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { value: undefined, problems: error.problems };
    throw error;
  }
};

const makeVarDir = (varDir: string): void => {
  try {
    mkdirSync(varDir, { recursive: true, mode: 0o700 });
    accessSync(varDir, constants.W_OK);
  } catch {
    throw new ConfigError(['VAR_DIR: the folder cannot be made or written to']);
  }
};

/** Parses all valid variables, so that one wrong value does not hide the problems of others. */
const parseLeniently = (env: Environment): { values: Values; problems: readonly string[] } => {
  const { problems } = check(() => parseEnvironment(Variables, env));
  const wrong = new Set(problems.map((problem) => problem.split(':')[0]));
  const rest = Object.entries(env).filter(([name]) => !wrong.has(name));
  return { values: Variables.parse(Object.fromEntries(rest)), problems };
};

/**
 * Reads the configuration of `npm start`, with the defaults of a local installation. Throws one
 * `ConfigError` with every problem, also of variables that only the parts read.
 */
export const loadLocalConfig = (given: Environment): LocalConfig => {
  const { env, problems: unread } = readSecretFiles(given, secretNames);
  const { values, problems } = parseLeniently(env);
  const host = reachable(values.HOST);
  const simulators = `http://${host}:${values.SIMULATOR_PORT}`;
  const withSimulators =
    isSimulated(values.OMS_URL, simulators) ||
    votingPartners.some((name) => isVotingSimulated(name, env, simulators));
  const { PGPORT, TEMPORAL_PORT, TEMPORAL_UI_PORT } = values;
  const databaseUrl = values.DATABASE_URL ?? `postgres://verdict@${loopback}:${PGPORT}/verdict`;
  const temporalAddress = values.TEMPORAL_ADDRESS ?? `${loopback}:${TEMPORAL_PORT}`;
  const varDir = resolve(values.VAR_DIR);
  const files = {
    keysFile: resolve(values.API_KEYS_FILE ?? join(varDir, 'keys.json')),
    accountsFile: resolve(values.ACCOUNTS_FILE ?? join(varDir, 'accounts.json')),
  };
  const childEnv: Environment = {
    ...partnerDefaults(values, env, simulators),
    ...env,
    ...{ DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress },
    ...(values.TEMPORAL_ADDRESS === undefined && plainTemporal),
    ...{ VAR_DIR: varDir, SIMULATOR_PORT: String(values.SIMULATOR_PORT) },
    ...{ API_KEYS_FILE: files.keysFile, ACCOUNTS_FILE: files.accountsFile },
  };
  const ports = portsOf(values, withSimulators);
  const folder = check(() => makeVarDir(varDir));
  const parts = folder.problems.length > 0 ? folder : check(() => loadStart(childEnv).config);
  const secrets = [
    check(() => readKnownSecrets(keysFile, files.keysFile)),
    check(() => readKnownSecrets(accountsFile, files.accountsFile)),
  ].flatMap((one) => one.problems);
  const all = new Set([unread, problems, parts.problems, secrets, portsInConflict(ports)].flat());
  if (all.size > 0 || !parts.value) throw new ConfigError([...all]);
  return {
    ...{ varDir, ...files, ports, env: childEnv, parts: parts.value },
    namespace: parts.value.TEMPORAL_NAMESPACE,
    apiUrl: `http://${host}:${values.PORT}`,
    workerUrl: `http://${host}:${values.METRICS_PORT}`,
    simulatorUrl: withSimulators ? simulators : undefined,
    mailSink:
      values.SMTP_URL === undefined
        ? { port: values.SMTP_SINK_PORT ?? 0, folder: join(varDir, 'mail') }
        : undefined,
    postgres:
      values.DATABASE_URL === undefined
        ? { port: PGPORT, backupDir: values.BACKUP_DIR }
        : undefined,
    temporal:
      values.TEMPORAL_ADDRESS === undefined
        ? { port: TEMPORAL_PORT, uiPort: TEMPORAL_UI_PORT }
        : undefined,
  };
};
