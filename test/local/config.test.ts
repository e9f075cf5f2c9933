import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadLocalConfig } from '../../local/config.js';
import { refuseBusyPorts } from '../../local/ports.js';
import { ConfigError, type Environment } from '../../runtime/env.js';
import { makeSettingsFile } from '../support/settings-file.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

const problemsOf = (work: () => unknown): readonly string[] => {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('the environment of npm start', () => {
  let folder: TempDir;
  const load = (env: Environment = {}) => loadLocalConfig({ VAR_DIR: folder.path, ...env });

  beforeEach(() => {
    folder = makeTempDir();
  });
  afterEach(() => folder.remove());

  it('needs no variable: every part is brought up, on loopback', () => {
    const config = load();
    expect(config.postgres).toEqual({ port: 54329 });
    expect(config.temporal).toEqual({ port: 7233, uiPort: 8233 });
    expect(config.simulatorUrl).toBe('http://127.0.0.1:8090');
    expect(config.env).toMatchObject({
      DATABASE_URL: 'postgres://verdict@127.0.0.1:54329/verdict',
      TEMPORAL_ADDRESS: '127.0.0.1:7233',
      SARDINE_URL: 'http://127.0.0.1:8090/sardine',
      YLEO_URL: 'http://127.0.0.1:8090/yleo',
      OMS_URL: 'http://127.0.0.1:8090/oms',
      API_KEYS_FILE: join(folder.path, 'keys.json'),
    });
    expect(config.ports.every(({ host }) => host === '127.0.0.1')).toBe(true);
  });

  it('leaves out the servers that the environment places elsewhere', () => {
    const config = load({
      DATABASE_URL: 'postgres://somebody@db.example/verdict',
      TEMPORAL_ADDRESS: 'temporal.example:7233',
    });
    expect([config.postgres, config.temporal]).toEqual([undefined, undefined]);
    expect(config.ports.map(({ variable }) => variable)).toEqual([
      'PORT',
      'SIMULATOR_PORT',
      'METRICS_PORT',
    ]);
  });

  it('leaves out the simulators only when all three partners are elsewhere or off', () => {
    const elsewhere = { OMS_URL: 'https://oms.example', OMS_TOKEN: 'token', SARDINE_URL: '' };
    expect(load({ ...elsewhere, YLEO_URL: 'https://y.example' }).simulatorUrl).toBeUndefined();
    expect(load(elsewhere).simulatorUrl).toBe('http://127.0.0.1:8090');
    const back = { ...elsewhere, YLEO_URL: 'http://localhost:8090/yleo' };
    expect(load(back).simulatorUrl).toBe('http://127.0.0.1:8090');
  });

  it('keeps mails in a folder, on a free port or the given one, and not where SMTP_URL is given', () => {
    const mails = join(folder.path, 'mail');
    expect(load().mailSink).toEqual({ port: 0, folder: mails });
    const fixed = load({ SMTP_SINK_PORT: '2525' });
    expect(fixed.mailSink).toEqual({ port: 2525, folder: mails });
    expect(fixed.ports.at(-1)).toMatchObject({ variable: 'SMTP_SINK_PORT', host: '127.0.0.1' });
    const given = load({ SMTP_URL: 'smtp://mail.example', SMTP_SINK_PORT: '2525' });
    expect([given.mailSink, given.ports.at(-1)?.variable]).toEqual([undefined, 'METRICS_PORT']);
  });

  it('keeps a partner that is switched off, and sends it no made-up credentials', () => {
    const { env } = load({ SARDINE_URL: '' });
    expect(env['SARDINE_URL']).toBe('');
    expect(env['SARDINE_CLIENT_ID']).toBeUndefined();
  });

  it('simulates an optional partner only when its URL says so, and gives it a secret then', () => {
    const settings = makeSettingsFile({ custom: { body: { a: '$order.id' }, vote: 'answer.a' } });
    const VERDICT_SETTINGS = settings.path;
    const { env } = load({ VERDICT_SETTINGS });
    const simulated = load({ VERDICT_SETTINGS, CUSTOM_URL: 'http://127.0.0.1:8090/custom' });
    settings.remove();
    expect([env['CUSTOM_URL'], env['CUSTOM_SECRET']]).toEqual([undefined, undefined]);
    expect(simulated.env['CUSTOM_SECRET']).toBe('verdict-local-custom');
    expect(Object.keys(simulated.parts.partners)).toEqual(['sardine', 'yleo', 'custom']);
  });

  it('reports every problem at once, each by its variable and without its value', () => {
    const problems = problemsOf(() =>
      load({
        PORT: 'eighty',
        PGPORT: '70000',
        DATABASE_URL: 'mysql://root:hunter2@db',
        REVIEW_EXPIRE_ACTION: 'perhaps',
        NODE_ENV: 'production',
      }),
    );
    const names = problems.map((problem) => problem.split(':')[0]);
    expect(names).toEqual(
      expect.arrayContaining(['PORT', 'PGPORT', 'DATABASE_URL', 'REVIEW_EXPIRE_ACTION']),
    );
    expect(names).toContain('NODE_ENV');
    expect(problems.join()).not.toMatch(/hunter2|eighty|70000|perhaps/);
  });

  it('reports problems of the keys file together with all others', () => {
    const keys = join(folder.path, 'keys.json');
    writeFileSync(keys, '{"oms": "", "vk_secret": "oms"}');
    const problems = problemsOf(() => load({ PORT: 'none', SIMULATOR_PORT: '0' }));
    expect(problems).toHaveLength(3);
    expect(problems).toContain('API_KEYS_FILE: the key of oms is empty');
  });

  it('reports unreadable files by their variables, together with all others', () => {
    const missing = join(folder.path, 'hunter2');
    const problems = problemsOf(() =>
      load({
        PORT: 'eighty',
        OMS_TOKEN_FILE: missing,
        SMTP_URL_FILE: missing,
        CARD_TOKEN_KEYS_FILE: missing,
        VERDICT_SETTINGS: missing,
        VERDICT_RULES: missing,
        BIN_TABLE_CSV: missing,
        IP_COUNTRY_MMDB: missing,
        IP_ANONYMOUS_MMDB: missing,
      }),
    );
    expect(problems.map((problem) => problem.replace(/:.*/, '')).toSorted()).toEqual([
      'BIN_TABLE_CSV',
      'CARD_TOKEN_KEYS_FILE',
      'IP_ANONYMOUS_MMDB',
      'IP_COUNTRY_MMDB',
      'OMS_TOKEN_FILE',
      'PORT',
      'SMTP_URL_FILE',
      'VERDICT_RULES',
      'VERDICT_SETTINGS',
    ]);
    expect(problems.join()).not.toMatch(/hunter2|eighty/);
  });

  it('reports problems of a rules file by its variable, each mistake by its line', () => {
    const file = join(folder.path, 'rules.yaml');
    writeFileSync(file, 'rules: 5\n');
    const problems = problemsOf(() => load({ VERDICT_RULES: file }));
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatch(/^VERDICT_RULES: \d+:\d+ /);
  });

  it('refuses two parts on one port', () => {
    const problems = problemsOf(() => load({ PORT: '9000', METRICS_PORT: '9000' }));
    expect(problems).toEqual(['METRICS_PORT: is the same port as PORT']);
  });

  it('refuses a state folder that cannot be made', () => {
    const problems = problemsOf(() => load({ VAR_DIR: '/dev/null/verdict' }));
    expect(problems).toEqual(['VAR_DIR: the folder cannot be made or written to']);
  });
});

describe('ports that are in use', () => {
  const servers: Server[] = [];
  const occupy = (): Promise<number> =>
    new Promise((resolve) => {
      const server = createServer();
      servers.push(server);
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('are reported all at once, each with the variable that changes it', async () => {
    const [api, ui] = [await occupy(), await occupy()];
    const host = '127.0.0.1';
    const busy = refuseBusyPorts([
      { variable: 'PORT', what: 'API', host, port: api },
      { variable: 'PGPORT', what: 'Postgres', host, port: 0 },
      { variable: 'TEMPORAL_UI_PORT', what: 'Temporal UI', host, port: ui },
    ]);
    await expect(busy).rejects.toMatchObject({
      problems: [
        `PORT: port ${api} (API) is in use; set PORT to a free port`,
        `TEMPORAL_UI_PORT: port ${ui} (Temporal UI) is in use; set TEMPORAL_UI_PORT to a free port`,
      ],
    });
  });

  it('are free again after the check', async () => {
    const claim = { variable: 'PORT', what: 'API', host: '127.0.0.1', port: 0 };
    await expect(refuseBusyPorts([claim])).resolves.toBeUndefined();
  });

  it('cannot be had on a host that is not this machine', async () => {
    const claim = { variable: 'PORT', what: 'API', host: '192.0.2.1', port: 0 };
    await expect(refuseBusyPorts([claim])).rejects.toThrow('HOST');
  });
});
