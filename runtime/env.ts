import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from './config-error.js';
import { type Keyring, parseKeyring } from './keyring.js';
import { Secret } from './secret.js';
import { tlsFileProblems } from './tls-files.js';

export { ConfigError } from './config-error.js';

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Collects the problems of several reads, so that one does not hide another. */
export interface Reading {
  readonly problems: string[];
  /**
   * The result of `read`; undefined when it throws a `ConfigError`, whose problems are collected.
   */
  readonly attempt: <T>(read: () => T) => T | undefined;
}

/** Starts a reading without problems. */
export const beginReading = (): Reading => {
  const problems: string[] = [];
  return {
    problems,
    attempt: (read) => {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        problems.push(...error.problems);
        return undefined;
      }
    },
  };
};

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`);

export const port = wholeNumber(1, 65_535);
export const milliseconds = (min: number, max: number) => wholeNumber(min, max);

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const anyDurationMs = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, 'must be a duration such as 90s, 4h or 3d')
  .transform((value) => {
    const unit = value.replace(/^\d+/, '') as keyof typeof unitMs;
    return Number.parseInt(value, 10) * unitMs[unit];
  });

/** A duration of at most an hour in milliseconds, or 0 for none. */
export const shortDurationMs = anyDurationMs.refine(
  (value) => value <= unitMs.h,
  'must be at most 1h',
);

/** A duration such as `90s`, `4h` or `500ms`, in milliseconds. */
export const durationMs = anyDurationMs.refine(
  (value) => value > 0 && value <= 365 * unitMs.d,
  'must be more than 0 and at most 365d',
);

const isHttpUrl = (value: string): boolean =>
  /^https?:\/\/[^\s]+$/.test(value) && URL.canParse(value);

const isAddress = (value: string): boolean => {
  const found = /^(?:\[[\da-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/.exec(value);
  const given = Number(found?.[1] ?? 1);
  return found !== null && given >= 1 && given <= 65_535;
};

/** `host:port` or a bare host, as gRPC accepts it: no scheme, no path. */
export const hostAndPort = z
  .string()
  .refine(isAddress, 'must be host:port, without a scheme such as http://');

/** A build id of workers, as Temporal's command line takes it. */
export const buildId = z
  .string()
  .regex(/^\w[\w.-]{0,63}$/, 'must have 1 to 64 letters, digits, dots, - and _');

/** A `postgres://` URL: a secret, because of the password. */
export const databaseUrl = z
  .string()
  .refine(
    (value) => /^postgres(ql)?:\/\/\S+$/.test(value) && URL.canParse(value),
    'must be a postgres:// URL',
  )
  .superRefine((value, context) => {
    for (const message of tlsFileProblems(value)) context.addIssue({ code: 'custom', message });
  })
  .transform((value) => new Secret(value));

const withoutTrailingSlash = (value: string): string => value.replace(/\/+$/, '');

/** An http(s) base URL, without its trailing slash. */
export const baseUrl = z
  .string()
  .refine(isHttpUrl, 'must be an http or https URL')
  .transform(withoutTrailingSlash);

/** An http(s) base URL without its trailing slash; empty means "none". */
export const baseUrlOrEmpty = z
  .string()
  .refine((value) => value === '' || isHttpUrl(value), 'must be an http or https URL, or empty')
  .transform((value) => (value === '' ? undefined : withoutTrailingSlash(value)));

/** `smtp://user:password@host:port` or `smtps://…`: a secret, because of the password. */
export const smtpUrl = z
  .string()
  .refine(
    (value) => /^smtps?:\/\/[^\s]+$/.test(value) && URL.canParse(value),
    'must be an smtp or smtps URL',
  )
  .transform((value) => new Secret(value));

/** A mailbox, as `verdict@example.com` or `Verdict <verdict@example.com>`. */
export const mailbox = z
  .string()
  .regex(
    /^(?:[^<>@\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
    'must be a mailbox such as verdict@example.com',
  );

export const secret = z
  .string()
  .min(1, 'must not be empty')
  .transform((value) => new Secret(value));

/** A `keyId:base64` list. */
export const keyList = secret.transform((list, context): Keyring => {
  try {
    return parseKeyring(list);
  } catch (error) {
    const message = error instanceof Error ? error.message : 'cannot be read';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
});

/** Key ids separated by commas; `true` means all. */
export const keyIds = z
  .string()
  .regex(/^[\w-]*(\s*,\s*[\w-]+)*$/, 'must be key ids separated by commas, or true')
  .transform((text) => text.split(',').map((id) => id.trim()));

/**
 * Sets each unset `NAME` to the content of the file that `NAME_FILE` names. A file that cannot be
 * read is a problem.
 */
export const readSecretFiles = (
  env: Environment,
  names: readonly string[],
): { readonly env: Environment; readonly problems: readonly string[] } => {
  const problems: string[] = [];
  const merged: Record<string, string | undefined> = { ...env };
  for (const name of names) {
    const file = env[`${name}_FILE`];
    if (merged[name] !== undefined || file === undefined) continue;
    try {
      merged[name] = readFileSync(file, 'utf8').trim();
    } catch {
      problems.push(`${name}_FILE: the file cannot be read`);
    }
  }
  return { env: merged, problems };
};

/** As `readSecretFiles`, but throws `ConfigError` with the problems. */
export const withSecretFiles = (given: Environment, names: readonly string[]): Environment => {
  const { env, problems } = readSecretFiles(given, names);
  if (problems.length > 0) throw new ConfigError(problems);
  return env;
};

/**
 * Parses the environment; throws one `ConfigError` that names every bad variable at once.
 * Values are never part of the message: a mistyped variable may hold a secret.
 */
export const parseEnvironment = <S extends z.ZodType>(schema: S, env: Environment): z.output<S> => {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const missing = issue.code === 'invalid_type' && env[String(issue.path[0])] === undefined;
      return `${issue.path.join('.')}: ${missing ? 'is not set' : issue.message}`;
    }),
  );
};
