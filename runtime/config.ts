import { resolve } from 'node:path';
import { z } from 'zod';
import type { Settings } from '../contracts/settings.js';
import {
  baseUrl,
  baseUrlOrEmpty,
  ConfigError,
  databaseUrl,
  durationMs,
  type Environment,
  hostAndPort,
  keyList,
  mailbox,
  milliseconds,
  parseEnvironment,
  port,
  secret,
  smtpUrl,
  withSecretFiles,
} from './env.js';
import type { Keyring } from './keyring.js';
import { ensureLocalSecrets } from './local-secrets.js';
import type { LookupFiles } from './lookups.js';
import { Secret } from './secret.js';
import { loadSettings } from './settings.js';

const defaultVarDir = './var';
const defaultSettingsPath = 'config/verdict.yaml';

/** Empty means "none". */
const path = z.string().transform((text) => (text.trim() === '' ? undefined : resolve(text)));

const Variables = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.prefault('8080'),
  METRICS_PORT: port.prefault('9464'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  VAR_DIR: z.string().min(1).default(defaultVarDir),
  API_KEYS_FILE: z.string().optional(),
  VERDICT_SETTINGS: z.string().min(1).default(defaultSettingsPath),
  VERDICT_RULES: z.string().min(1).default('rules/default.yaml'),
  DATABASE_URL: databaseUrl,
  TEMPORAL_ADDRESS: hostAndPort.default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TASK_QUEUE: z.string().min(1).default('fraud'),
  TEMPORAL_UI_PORT: port.prefault('8233'),
  TEMPORAL_API_KEY: secret.optional(),
  TEMPORAL_TLS: z.enum(['true', 'false']).default('false'),
  SARDINE_URL: baseUrlOrEmpty.optional(),
  SARDINE_CLIENT_ID: z.string().default(''),
  SARDINE_CLIENT_SECRET: z
    .string()
    .default('')
    .transform((value) => new Secret(value)),
  YLEO_URL: baseUrlOrEmpty.optional(),
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
  REVIEW_EXPIRE_ACTION: z.enum(['accept', 'reject', 'keep']).default('reject'),
  CARD_TOKEN_KEYS: keyList,
  PAYLOAD_KEYS: keyList,
  PARTNER_TOKEN_KEY: secret
    .transform((key) => Buffer.from(key.reveal(), 'base64'))
    .refine((key) => key.length >= 32, 'must be at least 32 bytes in base64'),
});

const secretNames = [
  'DATABASE_URL',
  'TEMPORAL_API_KEY',
  'SARDINE_CLIENT_SECRET',
  'OMS_TOKEN',
  'SPARKFLY_HMAC_SECRET',
  'SPARKFLY_KEY',
  'SMTP_URL',
  'CARD_TOKEN_KEYS',
  'PAYLOAD_KEYS',
  'PARTNER_TOKEN_KEY',
];

/** All that a process of Verdict is told from outside, parsed once at start. */
export interface Config extends z.output<typeof Variables> {
  /** False with `NODE_ENV=production`: no generated keys, no keys file, no key-less codec. */
  readonly isLocal: boolean;
  readonly cardKeys: Keyring;
  readonly payloadKeys: Keyring;
  readonly partnerTokenKey: Buffer;
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
 * Reads the configuration of one process. Throws `ConfigError` with every problem at once; the
 * only thing it writes are the generated keys of a local installation.
 */
export const loadConfig = (env: Environment): Config => {
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const isLocal = env['NODE_ENV'] !== 'production';
  const generated = isLocal ? attempt(() => localSecrets(env['VAR_DIR'] ?? defaultVarDir)) : {};
  const given = attempt(() => withSecretFiles(env, secretNames)) ?? env;
  const variables = attempt(() => parseEnvironment(Variables, { ...generated, ...given }));
  const settingsPath = env['VERDICT_SETTINGS'] ?? defaultSettingsPath;
  const settings = attempt(() => loadSettings(resolve(settingsPath)));
  if (!variables || !settings || problems.length > 0) throw new ConfigError(problems);
  return {
    ...variables,
    isLocal,
    VAR_DIR: resolve(variables.VAR_DIR),
    cardKeys: variables.CARD_TOKEN_KEYS,
    payloadKeys: variables.PAYLOAD_KEYS,
    partnerTokenKey: variables.PARTNER_TOKEN_KEY,
    settings,
    lookupFiles: {
      ipCountryFile: variables.IP_COUNTRY_MMDB,
      ipAnonymousFile: variables.IP_ANONYMOUS_MMDB,
      binFile: variables.BIN_TABLE_CSV,
    },
  };
};
