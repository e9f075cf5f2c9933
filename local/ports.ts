import { createServer } from 'node:net';
import { ConfigError } from '../runtime/config-error.js';
import { type PortClaim, portProblem } from '../runtime/listen-fault.js';

/** One problem for each port that two parts claim. */
export const portsInConflict = (claims: readonly PortClaim[]): readonly string[] =>
  claims.flatMap((claim, index) => {
    const earlier = claims.slice(0, index).find(({ port }) => port === claim.port);
    return earlier ? [`${claim.variable}: is the same port as ${earlier.variable}`] : [];
  });

const problemOf = (claim: PortClaim): Promise<string | undefined> =>
  new Promise((resolve) => {
    const { host, port } = claim;
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(portProblem(claim, code)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });

/** Throws one `ConfigError` for all unavailable ports, before anything starts. */
export const refuseBusyPorts = async (claims: readonly PortClaim[]): Promise<void> => {
  const problems = await Promise.all(claims.map(problemOf));
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) throw new ConfigError(found);
};
