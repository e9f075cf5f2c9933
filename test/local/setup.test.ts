import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { SetupProcess } from '../../local/setup.js';
import { StartFailure } from '../../local/start-failure.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

describe('the process that sets up npm start', () => {
  let folder: TempDir;
  let setup: SetupProcess;

  beforeEach(() => {
    folder = makeTempDir();
    vi.stubEnv('VAR_DIR', folder.path);
    setup = new SetupProcess(() => undefined);
  });
  afterEach(() => {
    setup.startIsOver();
    vi.unstubAllEnvs();
    folder.remove();
  });

  it('reports every problem of the configuration as the reason why nothing starts', async () => {
    vi.stubEnv('PORT', 'many');
    vi.stubEnv('PGPORT', '0');
    const failure = await setup.steps.configure().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailure);
    expect(String(failure)).toMatch(/ {2}PORT: .*\n {2}PGPORT: /);
  });

  it('performs a step also when the start is over, as when Postgres has to start again', async () => {
    const { namespace } = await setup.steps.configure();
    expect(namespace).toBe('default');
    setup.startIsOver();
    const url = inject('postgresUrl');
    expect(await setup.steps.ensureDatabase(url, '/of-another-server', 'unmade')).toBe(false);
  });
});
