import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir {
  readonly path: string;
  remove(): void;
}

/** A new empty folder (mode 0755) in the system's temporary folder. */
export const makeTempDir = (): TempDir => {
  const path = mkdtempSync(join(tmpdir(), 'verdict-test-'));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
};
