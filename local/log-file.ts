import { closeSync, mkdirSync, openSync, renameSync, fstatSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const rotateAtBytes = 20_000_000;

/** A log file that rotates. */
class LogFile {
  readonly #path: string;
  #file: number | undefined;
  #size = 0;

  constructor(path: string) {
    this.#path = path;
  }

  append(line: string): void {
    if (this.#size >= rotateAtBytes) this.#rotate();
    this.#file ??= this.#open();
    this.#size += writeSync(this.#file, `${line}\n`);
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true });
    const file = openSync(this.#path, 'a', 0o600);
    this.#size = fstatSync(file).size;
    return file;
  }

  #rotate(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    renameSync(this.#path, `${this.#path}.1`);
    this.#size = 0;
  }
}

/**
 * Appends lines to a file. At 20 MB the file becomes `<path>.1`, and a new one starts. Never
 * throws: lines that cannot be written, as on a full disk, are lost. Calls `say` once then, and
 * once when lines are written again.
 */
export const openLogFile = (
  path: string,
  say: (text: string) => void,
): ((line: string) => void) => {
  const file = new LogFile(path);
  let lost = 0;
  return (line) => {
    try {
      file.append(line);
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      const why = code === 'ENOSPC' ? 'the disk is full' : `it cannot be written (${code})`;
      if (lost === 0) say(`${path}: ${why}; its lines are lost until that ends`);
      lost += 1;
      return;
    }
    if (lost > 0) say(`${path} is written again; ${lost} lines are lost`);
    lost = 0;
  };
};
