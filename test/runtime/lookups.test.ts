import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../runtime/config.js';
import { ConfigError } from '../../runtime/env.js';
import { loadLookups, type LookupFiles } from '../../runtime/lookups.js';
import { type MmdbValue, writeMmdb } from '../support/mmdb.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

let folder: TempDir;

beforeEach(() => {
  folder = makeTempDir();
});

afterEach(() => folder.remove());

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
};

const mmdb = (rows: readonly (readonly [string, MmdbValue])[], ipVersion: 4 | 6 = 6): string =>
  file('table.mmdb', writeMmdb(rows, ipVersion));

const problemsOf = (files: LookupFiles): readonly string[] => {
  try {
    loadLookups(files);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
};

describe('without tables', () => {
  it('nothing is known of any address or card', () => {
    const { ip, bin } = loadLookups({});
    expect([ip('203.0.113.7'), bin('411111')]).toEqual([undefined, undefined]);
  });
});

describe('a table of countries', () => {
  it('gives the country of IPv4 and IPv6 networks, and nothing for others', () => {
    const { ip } = loadLookups({
      ipCountryFile: mmdb([
        ['203.0.113.0/24', { country: { iso_code: 'CA' } }],
        ['198.51.100.0/25', { registered_country: { iso_code: 'us' } }],
        ['2001:db8::/32', { country: { iso_code: 'FR' } }],
        ['192.0.2.0/24', { continent: { code: 'EU' } }],
      ]),
    });
    expect(ip('203.0.113.255')).toEqual({ country: 'CA', isAnonymous: false });
    expect(ip('198.51.100.127')).toEqual({ country: 'US', isAnonymous: false });
    expect(ip('2001:db8:1::7')).toEqual({ country: 'FR', isAnonymous: false });
    expect(ip('192.0.2.1')).toEqual({ country: '', isAnonymous: false });
    expect(ip('198.51.100.128')).toBeUndefined();
    expect(ip('2001:db9::1')).toBeUndefined();
  });

  it('of IPv4 only gives nothing for IPv6 addresses', () => {
    const rows = [['32.0.0.0/3', { country: { iso_code: 'CA' } }]] as const;
    const { ip } = loadLookups({ ipCountryFile: mmdb(rows, 4) });
    expect(ip('33.0.0.1')?.country).toBe('CA');
    expect(ip('2001:db8::1')).toBeUndefined();
  });
});

describe('a table of anonymous addresses', () => {
  it.each([
    ['traits.is_anonymous', { traits: { is_anonymous: true } }],
    ['traits.is_tor_exit_node', { traits: { is_tor_exit_node: true } }],
    ['traits.is_hosting_provider', { traits: { is_hosting_provider: true } }],
    ['is_public_proxy', { is_public_proxy: true }],
    ['is_vpn', { is_vpn: true }],
  ])('takes %s for anonymous', (_name, row) => {
    const { ip } = loadLookups({ ipAnonymousFile: mmdb([['203.0.113.0/24', row]]) });
    expect(ip('203.0.113.9')).toEqual({ country: '', isAnonymous: true });
    expect(ip('203.0.112.9')).toBeUndefined();
  });

  it('does not read a false flag, or another one, as anonymous', () => {
    const row = { is_vpn: false, traits: { is_anycast: true } };
    const { ip } = loadLookups({ ipAnonymousFile: mmdb([['203.0.113.0/24', row]]) });
    expect(ip('203.0.113.9')).toEqual({ country: '', isAnonymous: false });
  });
});

describe('a table of BINs', () => {
  const bins = (text: string) => file('bins.csv', text);

  it('gives country and prepaid cards', () => {
    const binFile = bins(
      'bin,country,type\r\n411111,US,other\n400000,,prepaid\n400001,ca,Virtual\n',
    );
    const { bin } = loadLookups({ binFile });
    expect(bin('411111')).toEqual({ country: 'US', isPrepaid: false });
    expect(bin('400000')).toEqual({ country: '', isPrepaid: true });
    expect(bin('400001')).toEqual({ country: 'CA', isPrepaid: true });
    expect(bin('400002')).toBeUndefined();
  });

  it.each([
    ['no header', '411111,US,other', 1],
    ['another header', 'bin,type,country', 1],
    ['an empty file', '', 1],
    ['five digits', 'bin,country,type\n411111,US,other\n41111,US,other', 3],
    ['a whole card number', 'bin,country,type\n4111111111111111,US,other', 2],
    ['a country name', 'bin,country,type\n411111,Canada,other', 2],
    ['an unknown type', 'bin,country,type\n411111,US,gift', 2],
    ['a fourth cell', 'bin,country,type\n411111,US,other,x', 2],
    ['a BIN twice', 'bin,country,type\n411111,US,other\n411111,CA,other', 3],
    ['an open quote', 'bin,country,type\n"411111,US,other', 2],
  ])('is refused with its line: %s', (_what, text, line) => {
    const problems = problemsOf({ binFile: bins(text) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^BIN_TABLE_CSV: line ${line} `));
    expect(problems[0]).not.toContain('4111');
  });
});

describe('a file that cannot be used', () => {
  it('stops the start, and each is named by its variable', () => {
    const missing = join(folder.path, 'missing');
    expect(
      problemsOf({ ipCountryFile: missing, ipAnonymousFile: missing, binFile: missing }),
    ).toEqual([
      'IP_COUNTRY_MMDB: the file cannot be read',
      'IP_ANONYMOUS_MMDB: the file cannot be read',
      'BIN_TABLE_CSV: the file cannot be read',
    ]);
  });

  const whole = writeMmdb([['203.0.113.0/24', { country: { iso_code: 'CA' } }]]);
  it.each([
    ['text', Buffer.from('bin,country,type\n')],
    ['an empty file', Buffer.alloc(0)],
    ['a database cut at its end', whole.subarray(0, whole.length - 40)],
    ['a database cut at its beginning', whole.subarray(whole.length - 140)],
  ])('is no MaxMind DB: %s', (_what, content) => {
    expect(problemsOf({ ipCountryFile: file('wrong.mmdb', content) })).toEqual([
      'IP_COUNTRY_MMDB: the file is no MaxMind DB',
    ]);
  });
});

describe('the environment', () => {
  const env = () => ({
    DATABASE_URL: 'postgres://verdict@127.0.0.1/verdict',
    OMS_URL: 'http://127.0.0.1:8090/oms/',
    OMS_TOKEN: 'token',
    VAR_DIR: join(folder.path, 'var'),
  });

  it('names the tables; an empty name is none', () => {
    const binFile = join(folder.path, 'bins.csv');
    const given = { ...env(), BIN_TABLE_CSV: binFile, IP_COUNTRY_MMDB: '' };
    expect(loadConfig(given).lookupFiles).toEqual({ binFile });
    expect(loadConfig(env()).lookupFiles).toEqual({});
  });
});
