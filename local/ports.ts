import { createServer } from 'node:net';
import { ConfigError } from '../runtime/env.js';

/** A port that a part will listen on, and the variable that moves it. */
export interface PortClaim {
  readonly variable: string;
  readonly what: string;
  readonly host: string;
  readonly port: number;
}

/** One problem for each port that two parts claim. */
export const portsInConflict = (claims: readonly PortClaim[]): readonly string[] =>
  claims.flatMap((claim, index) => {
    const earlier = claims.slice(0, index).find(({ port }) => port === claim.port);
    return earlier ? [`${claim.variable}: is the same port as ${earlier.variable}`] : [];
  });

const problemOf = ({ variable, what, host, port }: PortClaim): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const other = `${variable}: port ${port} (${what})`;
      if (code === 'EADDRINUSE') resolve(`${other} is in use; set ${variable} to a free port`);
      else if (code === 'EACCES') resolve(`${other} needs rights that this user does not have`);
      else resolve(`HOST: this machine cannot listen on it (${code})`);
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });

/** Throws one `ConfigError` for all ports that cannot be had, before anything is started. */
export const refuseBusyPorts = async (claims: readonly PortClaim[]): Promise<void> => {
  const problems = await Promise.all(claims.map(problemOf));
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) throw new ConfigError(found);
};
