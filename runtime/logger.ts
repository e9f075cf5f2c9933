import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * JSON lines on stdout. Callers pass only ids, codes, counts and durations; the redaction list is
 * a second net for the names under which card data and personal data travel.
 */
export const createLogger = (part: string, level: string): Logger =>
  pino({
    level,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ['cardNumber', 'authCode', 'emailAddress', 'authorization', 'body', '*.authorization'],
      censor: '[redacted]',
    },
    serializers: { err: safeError },
  });

/** An error as it may be logged: its type, code and where it arose, never its message. */
export const safeError = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .join('\n'),
    ...(error.cause === undefined ? {} : { cause: safeError(error.cause) }),
  };
};
