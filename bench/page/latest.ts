import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchmarkName, Measured } from '../benchmarks.js';
import type { Result } from '../report/report.js';

/** A stored result and its file. */
export type Stored<Name extends BenchmarkName = BenchmarkName> = Result &
  Extract<Measured, { name: Name }> & { readonly file: string };

/** The newest full result of each benchmark. Throws `RangeError` for one without a result. */
export type Latest = <Name extends BenchmarkName>(name: Name) => Stored<Name>;

/** Reads the stored results of a folder. */
export const readLatest = (folder: string): Latest => {
  const newest = new Map<BenchmarkName, Stored>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const result = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Result;
    const known = newest.get(result.name);
    if (!result.quick && (known === undefined || known.takenAt < result.takenAt)) {
      newest.set(result.name, { ...result, file });
    }
  }
  return <Name extends BenchmarkName>(name: Name) => {
    const result = newest.get(name);
    if (result === undefined) throw new RangeError(`there is no full result of ${name}`);
    return result as Stored<Name>;
  };
};
