import { resolve } from 'node:path';
import { z } from 'zod';
import type { Settings } from '../contracts/settings.js';
import {
  baseUrl,
  beginReading,
  buildId,
  baseUrlOrEmpty,
  ConfigError,
  databaseUrl,
  durationMs,
  type Environment,
  hostAndPort,
  keyIds,
  keyList,
  mailbox,
  milliseconds,
  parseEnvironment,
  port,
  secret,
  shortDurationMs,
  smtpUrl,
  readSecretFiles,
  wholeNumber,
} from './env.js';
import type { Keyring } from './keyring.js';
import { ensureLocalSecrets } from './local-secrets.js';
import type { LookupFiles } from './lookups.js';
import {
  findMissingSettings,
  type PartnerAccesses,
  partnerCredentials,
  partnerSecretNames,
  readPartnerAccesses,
} from './partner-access.js';
import { loadSettings } from './settings.js';

/** The state folder of a local installation unless `VAR_DIR` is set. */
export const defaultVarDir = './var';
const defaultSettingsPath = 'config/verdict.yaml';

/** Empty means "none". */
const pathOf = (text = ''): string | undefined => (text.trim() === '' ? undefined : resolve(text));
const path = z.string().transform(pathOf);

const defaultRulesPath = 'rules/default.yaml';

/** The files that an environment names besides secrets and settings. Never throws. */
export const filesNamedIn = (
  env: Environment,
): { readonly rulesFile: string; readonly lookupFiles: LookupFiles } => ({
  rulesFile: resolve(env['VERDICT_RULES'] ?? defaultRulesPath),
  lookupFiles: {
    ipCountryFile: pathOf(env['IP_COUNTRY_MMDB']),
    ipAnonymousFile: pathOf(env['IP_ANONYMOUS_MMDB']),
    binFile: pathOf(env['BIN_TABLE_CSV']),
  },
});

const Variables = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.prefault('8080'),
  METRICS_PORT: port.prefault('9464'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  VAR_DIR: z.string().min(1).default(defaultVarDir),
  API_KEYS_FILE: z.string().optional(),
  ACCOUNTS_FILE: z.string().optional(),
  VERDICT_SETTINGS: z.string().min(1).default(defaultSettingsPath),
  VERDICT_RULES: z.string().min(1).default(defaultRulesPath),
  DATABASE_URL: databaseUrl,
  TEMPORAL_ADDRESS: hostAndPort.default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TASK_QUEUE: z.string().min(1).default('fraud'),
  TEMPORAL_UI_PORT: port.prefault('8233'),
  TEMPORAL_UI_URL: baseUrl.optional(),
  TEMPORAL_API_KEY: secret.optional(),
  TEMPORAL_TLS: z.enum(['true', 'false']).default('false'),
  WORKER_BUILD_ID: buildId.optional(),
  // With several workers, some rounds reach another one, which they must not keep busy.
  REHEARSAL_ROUNDS: wholeNumber(0, 100).prefault('20'),
  WORKFLOW_TRACES: z.enum(['true', 'false']).default('false'),
  OMS_URL: baseUrl,
  OMS_TOKEN: secret,
  SPARKFLY_HMAC_SECRET: secret.optional(),
  SPARKFLY_URL: baseUrlOrEmpty.optional(),
  SPARKFLY_EVENTS_PATH: z
    .string()
    .regex(/^\/[^\s?#]+$/, 'must be a path such as /v1.0/fraud_alert_events')
    .default('/v1.0/fraud_alert_events'),
  SPARKFLY_IDENTITY: z.string().default(''),
  SPARKFLY_KEY: secret.optional(),
  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: mailbox.default('Verdict <verdict@localhost>'),
  IP_COUNTRY_MMDB: path.optional(),
  IP_ANONYMOUS_MMDB: path.optional(),
  BIN_TABLE_CSV: path.optional(),
  DECISION_BUDGET_MS: milliseconds(50, 60_000).prefault('1500'),
  REVIEW_REMIND_AFTER: durationMs.prefault('4h'),
  REVIEW_EXPIRE_AFTER: durationMs.prefault('72h'),
  UNDO_WINDOW: shortDurationMs.prefault('10s'),
  CLAIM_TTL: durationMs.prefault('5m'),
  REVIEW_EXPIRE_ACTION: z.enum(['accept', 'reject', 'keep']).default('reject'),
  CARD_TOKEN_KEYS: keyList,
  PAYLOAD_KEYS: keyList,
  ALLOW_MISSING_KEYS: keyIds.prefault(''),
  PARTNER_TOKEN_KEY: secret
    .transform((key) => Buffer.from(key.reveal(), 'base64'))
    .refine((key) => key.length >= 32, 'must be at least 32 bytes in base64'),
});

const secretNames = [
  'DATABASE_URL',
  'TEMPORAL_API_KEY',
  ...partnerSecretNames,
  'OMS_TOKEN',
  'SPARKFLY_HMAC_SECRET',
  'SPARKFLY_KEY',
  'SMTP_URL',
  'CARD_TOKEN_KEYS',
  'PAYLOAD_KEYS',
  'PARTNER_TOKEN_KEY',
];

/** The configuration of a process, parsed once at its start. */
export interface Config extends z.output<typeof Variables> {
  /** False with `NODE_ENV=production`: no generated keys, no keys file, no key-less codec. */
  readonly isLocal: boolean;
  /** Oddities of the configuration that do not prevent a start. */
  readonly notices: readonly string[];
  readonly cardKeys: Keyring;
  readonly payloadKeys: Keyring;
  readonly partnerTokenKey: Buffer;
  /** How to reach the voting partners; those without a URL are left out. */
  readonly partners: PartnerAccesses;
  readonly settings: Settings;
  readonly lookupFiles: LookupFiles;
}

const localSecrets = (varDir: string): Record<string, string> => {
  try {
    return ensureLocalSecrets(resolve(varDir));
  } catch {
    throw new ConfigError(['VAR_DIR: the local keys in it can be neither read nor written']);
  }
};

/**
 * True for the "is not set" problem of a secret whose file cannot be read, which has its own
 * problem.
 */
const isUnreadSecret = (problem: string, unread: readonly string[]): boolean => {
  const name = problem.replace(/: is not set$/, '');
  return name !== problem && unread.some((other) => other.startsWith(`${name}_FILE:`));
};

/**
 * The variables that belong to a partner's URL. An empty URL switches the partner off and keeps
 * them.
 */
const credentialsOf: Readonly<Record<string, readonly string[]>> = {
  ...partnerCredentials,
  SPARKFLY_URL: ['SPARKFLY_IDENTITY', 'SPARKFLY_KEY'],
};

/**
 * Finds a URL without its credentials, a problem, and credentials without a URL, a notice: that
 * partner is never called. Passes over variables that have one of the problems `found` so far.
 */
const findHalves = (env: Environment, found: readonly string[]) => {
  const isFaulty = (name: string) => found.some((problem) => problem.startsWith(`${name}:`));
  const isGiven = (name: string) => (env[name] ?? env[`${name}_FILE`] ?? '') !== '';
  const halves = Object.entries(credentialsOf).map(([url, names]) => {
    const given = names.filter(isGiven);
    if (isFaulty(url)) return { problems: [], notices: [] };
    if (isGiven(url)) {
      const missing = names.filter((name) => !given.includes(name) && !isFaulty(name));
      return { problems: missing.map((name) => `${name}: is not set, and ${url} is`), notices: [] };
    }
    const isForgotten = env[url] === undefined && given.length > 0;
    const notice = `${url}: is not set, so ${given.join(' and ')} will not be used`;
    return { problems: [], notices: isForgotten ? [notice] : [] };
  });
  return {
    problems: halves.flatMap(({ problems }) => problems),
    notices: halves.flatMap(({ notices }) => notices),
  };
};

/** The task queue is the name of a deployment, where Temporal refuses these characters. */
const findUnversionable = ({ WORKER_BUILD_ID, TEMPORAL_TASK_QUEUE }: z.output<typeof Variables>) =>
  WORKER_BUILD_ID !== undefined && /[.:]|^__/.test(TEMPORAL_TASK_QUEUE)
    ? ['TEMPORAL_TASK_QUEUE: must have no dot, colon or __ at its start with a WORKER_BUILD_ID']
    : [];

/**
 * Reads the configuration of one process. Throws `ConfigError` with every problem at once. It
 * writes nothing but the generated keys of a local installation.
 */
export const loadConfig = (env: Environment): Config => {
  const { problems, attempt } = beginReading();
  const isLocal = env['NODE_ENV'] !== 'production';
  const generated = isLocal ? attempt(() => localSecrets(env['VAR_DIR'] ?? defaultVarDir)) : {};
  const { env: given, problems: unread } = readSecretFiles(env, secretNames);
  problems.push(...unread);
  const variables = attempt(() => parseEnvironment(Variables, { ...generated, ...given }));
  const partners = attempt(() => readPartnerAccesses(given));
  const settingsPath = env['VERDICT_SETTINGS'] ?? defaultSettingsPath;
  const settings = attempt(() => loadSettings('VERDICT_SETTINGS', resolve(settingsPath)));
  const halves = findHalves(given, problems);
  problems.push(...halves.problems);
  if (variables) problems.push(...findUnversionable(variables));
  if (partners && settings) problems.push(...findMissingSettings(partners, settings));
  if (!variables || !partners || !settings || problems.length > 0) {
    throw new ConfigError(problems.filter((problem) => !isUnreadSecret(problem, unread)));
  }
  return {
    ...variables,
    isLocal,
    notices: halves.notices,
    VAR_DIR: resolve(variables.VAR_DIR),
    cardKeys: variables.CARD_TOKEN_KEYS,
    payloadKeys: variables.PAYLOAD_KEYS,
    partnerTokenKey: variables.PARTNER_TOKEN_KEY,
    partners,
    settings,
    lookupFiles: filesNamedIn(env).lookupFiles,
  };
};
