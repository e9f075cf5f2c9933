import { closeSync, mkdirSync, openSync, renameSync, fstatSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const rotateAtBytes = 20_000_000;

/** Appends lines to a file; at 20 MB it becomes `<path>.1` and a new one is begun. */
export const openLogFile = (path: string): ((line: string) => void) => {
  mkdirSync(dirname(path), { recursive: true });
  let file = openSync(path, 'a', 0o600);
  let size = fstatSync(file).size;
  return (line) => {
    if (size >= rotateAtBytes) {
      closeSync(file);
      renameSync(path, `${path}.1`);
      file = openSync(path, 'a', 0o600);
      size = 0;
    }
    size += writeSync(file, `${line}\n`);
  };
};
