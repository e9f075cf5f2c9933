import { ConfigError } from './config-error.js';

/** A port to listen on. */
export interface PortClaim {
  /** The variable that changes it. */
  readonly variable: string;
  readonly what: string;
  readonly host: string;
  readonly port: number;
}

/** Explains why a port is not available; `code` is the system's. */
export const portProblem = (
  { variable, what, port }: Omit<PortClaim, 'host'>,
  code: string | undefined,
): string => {
  const claimed = `${variable}: port ${port} (${what})`;
  switch (code) {
    case 'EADDRINUSE':
      return `${claimed} is in use; set ${variable} to a free port`;
    case 'EACCES':
      return `${claimed} needs rights that this user does not have`;
    default:
      return `HOST: this machine cannot listen on it (${code})`;
  }
};

/**
 * Maps a server's error to a `ConfigError` when the system refused the port; returns others
 * unchanged.
 */
export const listenFault = (claim: Omit<PortClaim, 'host'>, error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const isRefused = ['listen', 'bind', 'getaddrinfo'].includes(syscall ?? '');
  return isRefused ? new ConfigError([`${portProblem(claim, code)} (${code})`]) : error;
};
