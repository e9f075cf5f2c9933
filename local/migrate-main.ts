import { z } from 'zod';
import { ConfigError, parseEnvironment, secret, withSecretFiles } from '../runtime/env.js';
import { prepareStores } from './prepare.js';
import { StartFailure } from './start-failure.js';

const Variables = z.object({
  DATABASE_URL: secret,
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_API_KEY: secret.optional(),
  TEMPORAL_TLS: z.enum(['true', 'false']).default('false'),
});

const main = async (): Promise<void> => {
  const env = withSecretFiles(process.env, ['DATABASE_URL', 'TEMPORAL_API_KEY']);
  const values = parseEnvironment(Variables, env);
  await prepareStores(
    values.DATABASE_URL.reveal(),
    {
      address: values.TEMPORAL_ADDRESS,
      ...(values.TEMPORAL_TLS === 'true' && { tls: true }),
      ...(values.TEMPORAL_API_KEY && { apiKey: values.TEMPORAL_API_KEY.reveal() }),
    },
    values.TEMPORAL_NAMESPACE,
  );
  process.stdout.write('The database schema and the search attributes are ready.\n');
};

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartFailure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
