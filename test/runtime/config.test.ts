import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../runtime/config.js';
import { ConfigError } from '../../runtime/env.js';
import { partnersToAsk } from '../../runtime/partner-access.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

let folder: TempDir;

beforeEach(() => {
  folder = makeTempDir();
});

afterEach(() => folder.remove());

const base64 = () => randomBytes(32).toString('base64');

const valid = (): Record<string, string> => ({
  DATABASE_URL: 'postgres://verdict@127.0.0.1/verdict',
  OMS_URL: 'http://127.0.0.1:8090/oms/',
  OMS_TOKEN: 'Zq7token',
  VAR_DIR: join(folder.path, 'var'),
});

const production = (): Record<string, string> => ({
  ...valid(),
  NODE_ENV: 'production',
  CARD_TOKEN_KEYS: `c1:${base64()}`,
  PAYLOAD_KEYS: `p1:${base64()}`,
  PARTNER_TOKEN_KEY: base64(),
});

/** The names of the variables in a start's error. */
const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toContain('Zq7');
    return error.problems;
  }
};

const namesOf = (env: Record<string, string>) =>
  problemsOf(env).map((problem) => problem.replace(/:.*/, ''));

describe('a configuration', () => {
  it('has the defaults of the interface', () => {
    expect(loadConfig(valid())).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8080,
      METRICS_PORT: 9464,
      LOG_LEVEL: 'info',
      TEMPORAL_NAMESPACE: 'default',
      TEMPORAL_TASK_QUEUE: 'fraud',
      REHEARSAL_ROUNDS: 20,
      WORKFLOW_TRACES: 'false',
      DECISION_BUDGET_MS: 1500,
      REVIEW_REMIND_AFTER: 4 * 3_600_000,
      REVIEW_EXPIRE_AFTER: 72 * 3_600_000,
      REVIEW_EXPIRE_ACTION: 'reject',
      UNDO_WINDOW: 10_000,
      CLAIM_TTL: 5 * 60_000,
      OMS_URL: 'http://127.0.0.1:8090/oms',
      isLocal: true,
    });
  });

  it('an unset or empty partner URL means that the partner is off', () => {
    const config = loadConfig({ ...valid(), SARDINE_URL: '' });
    expect(config.partners).toEqual({});
    expect(namesOf({ ...valid(), OMS_URL: '' })).toEqual(['OMS_URL']);
  });

  it('has versions of workers only under a task queue that can name a deployment', () => {
    const version = { ...valid(), WORKER_BUILD_ID: '2026.12' };
    expect(loadConfig(version).WORKER_BUILD_ID).toBe('2026.12');
    expect(namesOf({ ...version, TEMPORAL_TASK_QUEUE: 'fraud.eu' })).toEqual([
      'TEMPORAL_TASK_QUEUE',
    ]);
  });

  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['15m', 900_000],
    ['4h', 14_400_000],
    ['365d', 31_536_000_000],
  ])('reads the duration %s', (REVIEW_REMIND_AFTER, ms) => {
    expect(loadConfig({ ...valid(), REVIEW_REMIND_AFTER }).REVIEW_REMIND_AFTER).toBe(ms);
  });

  it('takes no time for an undo', () => {
    expect(loadConfig({ ...valid(), UNDO_WINDOW: '0s' }).UNDO_WINDOW).toBe(0);
  });

  it('reports every bad variable at once, by name and never by value', () => {
    const bad = {
      PORT: '0',
      METRICS_PORT: 'Zq7',
      LOG_LEVEL: 'Zq7',
      DATABASE_URL: 'http://Zq7',
      TEMPORAL_ADDRESS: 'http://Zq7:1',
      TEMPORAL_TLS: 'Zq7',
      WORKER_BUILD_ID: 'Zq7:1',
      REHEARSAL_ROUNDS: '101',
      WORKFLOW_TRACES: 'Zq7',
      SARDINE_URL: 'ftp://Zq7',
      YLEO_URL: 'http://Zq7:notaport',
      OMS_URL: 'Zq7',
      OMS_TOKEN: '',
      DECISION_BUDGET_MS: '49',
      REVIEW_REMIND_AFTER: '4',
      REVIEW_EXPIRE_AFTER: '0s',
      REVIEW_EXPIRE_ACTION: 'Zq7',
      UNDO_WINDOW: '2h',
      CLAIM_TTL: '0s',
      CARD_TOKEN_KEYS: 'Zq7',
      PAYLOAD_KEYS: 'k:Zq7',
      PARTNER_TOKEN_KEY: 'Zq7',
    };
    expect(namesOf({ ...valid(), ...bad }).toSorted()).toEqual(Object.keys(bad).toSorted());
  });

  it.each([
    ['PORT', ['-1', '65536', '80.5', ' 80', '0x50', '']],
    ['DECISION_BUDGET_MS', ['60001', '1e3', '']],
    ['REVIEW_EXPIRE_AFTER', ['366d', '4 h', '-4h', '4.5h', 'h', '4w', '']],
    ['HOST', ['']],
    ['TEMPORAL_ADDRESS', ['http://x:1', 'x:y', 'x:0', 'x:65536', 'x:1/a', 'a b', '']],
    ['DATABASE_URL', ['x', 'mysql://x/y', 'postgres://x:port/y', '']],
  ])('refuses wrong values of %s', (name, values) => {
    for (const value of values)
      expect(namesOf({ ...valid(), [name]: value }), value).toEqual([name]);
  });

  it('reports an invalid settings file together with invalid variables', () => {
    const file = join(folder.path, 'settings.yaml');
    writeFileSync(file, 'banners: {}\n');
    const problems = problemsOf({ ...valid(), PORT: 'x', VERDICT_SETTINGS: file });
    expect(problems.some((problem) => problem.startsWith('PORT:'))).toBe(true);
    expect(problems.some((problem) => problem.includes('banners.s5a'))).toBe(true);
  });

  it('certificate files in a database URL are read, and reported by their parameter', () => {
    const file = (name: string, content: string) => {
      writeFileSync(join(folder.path, name), content);
      return encodeURIComponent(join(folder.path, name));
    };
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = file('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const url = (query: string) => ({
      ...valid(),
      DATABASE_URL: `postgres://v:Zq7@db.example/verdict?${query}`,
    });
    expect(problemsOf(url(`sslmode=verify-full&sslkey=${key}`))).toEqual([]);
    const wrong = file('ca.pem', '-----BEGIN CERTIFICATE-----\nZq7\n-----END CERTIFICATE-----\n');
    const query = `sslrootcert=${wrong}&sslcert=${wrong}.none&sslkey=${wrong}`;
    expect(problemsOf(url(query))).toEqual([
      'DATABASE_URL: the file of sslrootcert holds no certificate in PEM that can be read',
      'DATABASE_URL: the file of sslcert cannot be read',
      'DATABASE_URL: the file of sslkey holds no private key in PEM that can be read',
    ]);
  });

  it('an unreadable settings file is reported by its variable, as are its problems', () => {
    const file = join(folder.path, 'Zq7.yaml');
    expect(problemsOf({ ...valid(), VERDICT_SETTINGS: file })).toEqual([
      'VERDICT_SETTINGS: the file cannot be read',
    ]);
    for (const text of ['a: b: c\n', 'a: "Zq7\n', 'banners: {}\n', '']) {
      writeFileSync(file, text);
      expect(new Set(namesOf({ ...valid(), VERDICT_SETTINGS: file })), text).toEqual(
        new Set(['VERDICT_SETTINGS']),
      );
    }
  });

  it.each([
    [{ SARDINE_URL: 'http://x' }, ['SARDINE_CLIENT_ID', 'SARDINE_CLIENT_SECRET']],
    [{ SARDINE_URL: 'http://x', SARDINE_CLIENT_ID: 'Zq7' }, ['SARDINE_CLIENT_SECRET']],
    [{ SPARKFLY_URL: 'http://x', SPARKFLY_KEY: 'Zq7' }, ['SPARKFLY_IDENTITY']],
    [{ YLEO_URL: 'http://x' }, []],
    [{ CUSTOM_URL: 'http://x' }, ['CUSTOM_SECRET', 'VERDICT_SETTINGS', 'VERDICT_SETTINGS']],
    [{ CUSTOM_URL: '', CUSTOM_SECRET: 'Zq7' }, []],
    [{ CUSTOM_SECRET: 'Zq7\u00e9' }, ['CUSTOM_SECRET']],
    [{ SARDINE_URL: 'Zq7' }, ['SARDINE_URL']],
    [{ SPARKFLY_URL: 'http://x', SPARKFLY_IDENTITY: 'Zq7', SPARKFLY_KEY: '' }, ['SPARKFLY_KEY']],
    [
      { SARDINE_URL: 'http://x', SARDINE_CLIENT_ID: 'Zq7', YLEO_URL: 'Zq7', PORT: 'Zq7' },
      ['PORT', 'YLEO_URL', 'SARDINE_CLIENT_SECRET'],
    ],
  ] as [Record<string, string>, string[]][])(
    "refuses a partner's URL without its credentials, beside all else that is wrong: %j",
    (given, names) => {
      expect(namesOf({ ...valid(), ...given })).toEqual(names);
    },
  );

  it('an order asks an optional partner only where it is set up, and the others always', () => {
    const access = { url: 'http://x', texts: {}, secrets: {} };
    expect(partnersToAsk({})).toEqual(['sardine', 'yleo']);
    expect(partnersToAsk({ custom: access })).toEqual(['sardine', 'yleo', 'custom']);
  });

  it('reports credentials without their URL, unless that is empty', () => {
    const given = { SARDINE_CLIENT_ID: 'Zq7', SARDINE_CLIENT_SECRET: 'Zq7', SPARKFLY_KEY: 'Zq7' };
    const { notices } = loadConfig({ ...valid(), ...given });
    expect(notices.map((notice) => notice.replace(/:.*/, ''))).toEqual([
      'SARDINE_URL',
      'SPARKFLY_URL',
    ]);
    expect(notices.join()).not.toContain('Zq7');
    const off = { SARDINE_URL: '', SPARKFLY_URL: '' };
    expect(loadConfig({ ...valid(), ...given, ...off }).notices).toEqual([]);
  });

  it('an unusable VAR_DIR is reported by name', () => {
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    expect(namesOf({ ...valid(), VAR_DIR: join(file, 'var') })).toContain('VAR_DIR');
  });
});

describe('production', () => {
  it('starts with given keys and writes nothing', () => {
    const config = loadConfig(production());
    expect(config).toMatchObject({ isLocal: false });
    expect([config.cardKeys.current.id, config.payloadKeys.current.id]).toEqual(['c1', 'p1']);
    expect(existsSync(config.VAR_DIR)).toBe(false);
  });

  it('refuses to start without its keys, even where local ones lie', () => {
    loadConfig(valid());
    expect(namesOf({ ...valid(), NODE_ENV: 'production' }).toSorted()).toEqual([
      'CARD_TOKEN_KEYS',
      'PARTNER_TOKEN_KEY',
      'PAYLOAD_KEYS',
    ]);
  });
});

describe('secrets from files', () => {
  const write = (name: string, content: string) => {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    return path;
  };

  it.each([
    'DATABASE_URL',
    'OMS_TOKEN',
    'SARDINE_CLIENT_SECRET',
    'TEMPORAL_API_KEY',
    'CARD_TOKEN_KEYS',
    'PAYLOAD_KEYS',
    'PARTNER_TOKEN_KEY',
  ])('%s_FILE gives the variable its value, without the line end', (name) => {
    const all: Record<string, string> = {
      ...production(),
      SARDINE_URL: 'http://x',
      SARDINE_CLIENT_ID: 'i',
      SARDINE_CLIENT_SECRET: 's',
      TEMPORAL_API_KEY: 't',
    };
    const { [name]: value, ...others } = all;
    const env = { ...others, [`${name}_FILE`]: write(name, `${value}\n`) };
    expect(problemsOf(env)).toEqual([]);
    const [read, given] = [loadConfig(env), loadConfig(all)];
    expect([read.cardKeys.current, read.payloadKeys.current, read.partnerTokenKey]).toEqual([
      given.cardKeys.current,
      given.payloadKeys.current,
      given.partnerTokenKey,
    ]);
    const revealed = [read, given].map((config) =>
      [
        ...[config.DATABASE_URL, config.OMS_TOKEN, config.TEMPORAL_API_KEY],
        config.partners.sardine?.secrets['SARDINE_CLIENT_SECRET'],
      ]
        .map((secret) => secret?.reveal())
        .join(),
    );
    expect(revealed[0]).toBe(revealed[1]);
  });

  it('the variable itself wins over its file', () => {
    const OMS_TOKEN_FILE = write('token', 'from-file');
    expect(loadConfig({ ...valid(), OMS_TOKEN_FILE }).OMS_TOKEN.reveal()).toBe('Zq7token');
  });

  it('unreadable files are reported by name, all at once and with other problems', () => {
    const missing = join(folder.path, 'Zq7');
    const { OMS_TOKEN: _token, DATABASE_URL: _url, ...others } = valid();
    const names = namesOf({
      ...others,
      PORT: 'x',
      OMS_TOKEN_FILE: missing,
      DATABASE_URL_FILE: missing,
    });
    expect(names).toEqual(['DATABASE_URL_FILE', 'OMS_TOKEN_FILE', 'PORT']);
  });

  it('a file that cannot be read does not hide what another one holds', () => {
    const { OMS_TOKEN: _token, DATABASE_URL: url = '', ...others } = valid();
    const OMS_TOKEN_FILE = join(folder.path, 'Zq7');
    const DATABASE_URL_FILE = write('url', url);
    const names = namesOf({ ...others, DATABASE_URL_FILE, OMS_TOKEN_FILE });
    expect(names).toEqual(['OMS_TOKEN_FILE']);
  });
});
