import { z } from 'zod';
import { partnerDeclarations } from '../contracts/voting-partners.js';
import { collectAfterRushes } from '../runtime/collect-garbage.js';
import { ConfigError, parseEnvironment, port, secret, withSecretFiles } from '../runtime/env.js';
import { listenFault } from '../runtime/listen-fault.js';
import { type Simulators, startSimulators } from './server.js';

/** A partner that is not simulated has no credential, and its simulator rejects every call. */
const credential = secret.optional();

const Variables = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  SIMULATOR_PORT: port.prefault('8090'),
  OMS_TOKEN: credential,
  SPARKFLY_IDENTITY: z.string().default(''),
  SPARKFLY_KEY: credential,
});

/** The environment variables of the voting partners' clients, under the same names. */
const votingEnvironments = Object.values(partnerDeclarations).map(({ environment }) => environment);
const votingSecrets = votingEnvironments.flatMap(({ secrets }) => Object.keys(secrets));
const votingNames = [
  ...votingEnvironments.flatMap(({ texts }) => Object.keys(texts)),
  ...votingSecrets,
];

const start = async (): Promise<Simulators> => {
  const env = withSecretFiles(process.env, [...votingSecrets, 'OMS_TOKEN', 'SPARKFLY_KEY']);
  const variables = parseEnvironment(Variables, env);
  const { SIMULATOR_PORT } = variables;
  const simulators = startSimulators({
    port: SIMULATOR_PORT,
    host: variables.HOST,
    credentials: Object.fromEntries(votingNames.map((name) => [name, env[name] ?? ''])),
    oms: { token: variables.OMS_TOKEN?.reveal() ?? '' },
    sparkfly: {
      identity: variables.SPARKFLY_IDENTITY,
      key: variables.SPARKFLY_KEY?.reveal() ?? '',
    },
  });
  return simulators.catch((error: unknown) => {
    const what = 'simulators';
    throw listenFault({ variable: 'SIMULATOR_PORT', what, port: SIMULATOR_PORT }, error);
  });
};

const say = (stream: NodeJS.WriteStream, level: 'info' | 'fatal', message: string): void => {
  stream.write(`${JSON.stringify({ level, part: 'simulators', msg: message })}\n`);
};

try {
  const simulators = await start();
  const stop = (): void => {
    void simulators.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A forked process must not outlive its parent, however the parent ended.
  process.once('disconnect', stop);
  collectAfterRushes();
  say(process.stdout, 'info', `listening at ${simulators.url}`);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  say(process.stderr, 'fatal', error.message);
  process.exitCode = 1;
}
