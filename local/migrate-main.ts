import { z } from 'zod';
import { ConfigError, parseEnvironment, secret, withSecretFiles } from '../runtime/env.js';
import { connectionOptions } from '../runtime/temporal.js';
import { prepareStores } from './prepare.js';
import { StartFailure } from './start-failure.js';
import { temporalAddressOf, temporalVariables } from './temporal-variables.js';

const Variables = z.object({ DATABASE_URL: secret, ...temporalVariables });

const main = async (): Promise<void> => {
  const env = withSecretFiles(process.env, ['DATABASE_URL', 'TEMPORAL_API_KEY']);
  const values = parseEnvironment(Variables, env);
  await prepareStores(
    values.DATABASE_URL.reveal(),
    connectionOptions({ ...values, TEMPORAL_ADDRESS: temporalAddressOf(values) }),
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
