import { readFileSync } from 'node:fs';
import { Reader, type Response } from 'mmdb-lib';
import { parseCsv } from '../domain/csv.js';
import type { BinFacts, IpFacts, Lookups } from '../domain/lookups.js';
import { beginReading, ConfigError } from './env.js';

/** Paths of the mounted lookup tables; absent ones are not used. */
export interface LookupFiles {
  /** A country database in MaxMind DB format (`IP_COUNTRY_MMDB`). */
  readonly ipCountryFile?: string | undefined;
  /** A database of anonymous addresses in the same format (`IP_ANONYMOUS_MMDB`). */
  readonly ipAnonymousFile?: string | undefined;
  /** A CSV file with the header `bin,country,type` (`BIN_TABLE_CSV`). */
  readonly binFile?: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null;

const countryCode = (text: unknown): string =>
  typeof text === 'string' && /^[A-Za-z]{2}$/.test(text) ? text.toUpperCase() : '';

/**
 * Works for GeoLite2 and DB-IP. An address without a location counts as in its country of
 * registration.
 */
const countryIn = (row: Json): string => {
  for (const name of ['country', 'registered_country']) {
    const country = row[name];
    const found = isRecord(country) ? countryCode(country['iso_code']) : '';
    if (found !== '') return found;
  }
  return '';
};

const anonymousFlags = [
  'is_anonymous',
  'is_anonymous_proxy',
  'is_anonymous_vpn',
  'is_hosting_provider',
  'is_public_proxy',
  'is_residential_proxy',
  'is_tor_exit_node',
  'is_proxy',
  'is_vpn',
  'is_tor',
  'is_hosting',
];

/** MaxMind has the flags in `traits` or at the top level, others at the top level. */
const isAnonymousIn = (row: Json): boolean =>
  [row, row['traits']].some(
    (flags) => isRecord(flags) && anonymousFlags.some((name) => flags[name] === true),
  );

const readTable = (variable: string, path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch {
    throw new ConfigError([`${variable}: the file cannot be read`]);
  }
};

const openMmdb = (variable: string, path: string) => {
  const bytes = readTable(variable, path);
  try {
    const reader = new Reader<Response>(bytes);
    const { ipVersion, searchTreeSize } = reader.metadata;
    if (searchTreeSize >= bytes.length) throw new RangeError('the file has been cut');
    // Detects a damaged tree now and not with the first order.
    reader.get('192.0.2.1');
    return (address: string): Json | undefined => {
      // An IPv4 table would misread an IPv6 address.
      if (ipVersion === 4 && address.includes(':')) return undefined;
      const row: unknown = reader.get(address);
      return isRecord(row) ? row : undefined;
    };
  } catch {
    throw new ConfigError([`${variable}: the file is no MaxMind DB`]);
  }
};

const binHeader = 'bin,country,type';

const readBin = (cells: readonly string[]): readonly [string, BinFacts] | undefined => {
  const [bin = '', country = '', type = '', ...more] = cells.map((cell) => cell.trim());
  const isRow =
    more.length === 0 &&
    /^\d{6}$/.test(bin) &&
    /^([A-Za-z]{2})?$/.test(country) &&
    ['prepaid', 'virtual', 'other'].includes(type.toLowerCase());
  if (!isRow) return undefined;
  return [bin, { country: countryCode(country), isPrepaid: type.toLowerCase() !== 'other' }];
};

const readBins = (variable: string, path: string): ReadonlyMap<string, BinFacts> => {
  const { rows, problems } = parseCsv(readTable(variable, path).toString('utf8'));
  const [header, ...records] = rows;
  const problem = (line: number, message: string) =>
    new ConfigError([`${variable}: line ${line} ${message}`]);
  if (header?.cells.map((cell) => cell.trim().toLowerCase()).join(',') !== binHeader) {
    throw problem(1, `must be the header ${binHeader}`);
  }
  if (problems[0] !== undefined) throw problem(problems[0].line, problems[0].message);
  const bins = new Map<string, BinFacts>();
  for (const { line, cells } of records) {
    const read = readBin(cells);
    if (read === undefined) {
      throw problem(line, 'must be six digits, a country code or nothing, and a type');
    }
    if (bins.has(read[0])) throw problem(line, 'has a BIN that is there already');
    bins.set(...read);
  }
  return bins;
};

/**
 * Loads the mounted tables into memory. Throws `ConfigError` with each variable whose file cannot
 * be read or has another format.
 */
export const loadLookups = (files: LookupFiles): Lookups => {
  const { problems, attempt } = beginReading();
  const open = <T>(
    variable: string,
    path: string | undefined,
    read: (variable: string, path: string) => T,
  ): T | undefined => (path === undefined ? undefined : attempt(() => read(variable, path)));
  const country = open('IP_COUNTRY_MMDB', files.ipCountryFile, openMmdb);
  const anonymous = open('IP_ANONYMOUS_MMDB', files.ipAnonymousFile, openMmdb);
  const bins = open('BIN_TABLE_CSV', files.binFile, readBins);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    ip: (address): IpFacts | undefined => {
      const inCountry = country?.(address);
      const inAnonymous = anonymous?.(address);
      if (inCountry === undefined && inAnonymous === undefined) return undefined;
      return {
        country: inCountry === undefined ? '' : countryIn(inCountry),
        isAnonymous: inAnonymous !== undefined && isAnonymousIn(inAnonymous),
      };
    },
    bin: (bin6) => bins?.get(bin6),
  };
};
