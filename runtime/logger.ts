import { type DestinationStream, type Logger, pino } from 'pino';
import { createLogOutput } from './log-output.js';

export type { Logger };

const redactedNames = ['cardNumber', 'authCode', 'emailAddress', 'authorization', 'body'];

/**
 * A logger of JSON lines on `output`, by default stdout. Callers pass only ids, codes, counts and
 * durations; the redaction list is a second safeguard for fields with card data and personal data.
 * Pass errors unchanged as `err`: the logger sanitises them.
 */
export const createLogger = (
  part: string,
  level: string,
  output: DestinationStream = createLogOutput(),
): Logger =>
  pino(
    {
      level,
      base: { part },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: redactedNames.flatMap((name) => [name, `*.${name}`]),
        censor: '[redacted]',
      },
      serializers: { err: (error: unknown) => safeError(error) },
      hooks: {
        // Without a text, pino would log the error's own message.
        logMethod(args, method) {
          const [first, ...rest] = args as unknown[];
          const isBare = first instanceof Error || (typeof first === 'object' && rest.length === 0);
          const fields = first instanceof Error ? { err: first } : first;
          const entry =
            isBare && typeof rest[0] !== 'string' ? [fields, 'a fault'] : [fields, ...rest];
          method.apply(this, entry as Parameters<typeof method>);
        },
      },
    },
    output,
  );

/** The frames of a stack, without the message, whose lines may look like frames. */
const framesOf = ({ stack = '', message }: Error): string =>
  stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .join('\n');

/** Causes may be circular. */
const causesMax = 5;

/** The loggable form of an error: its type, code and stack, never its message. */
export const safeError = (error: unknown, level = 0): Record<string, unknown> => {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: framesOf(error),
    ...(error.cause === undefined || level === causesMax
      ? {}
      : { cause: safeError(error.cause, level + 1) }),
  };
};
