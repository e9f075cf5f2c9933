import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleWorkflowCode } from '@temporalio/worker';
import { failureConverterPath } from '../runtime/data-converter.js';
import { commandOf } from '../runtime/launcher.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const workflowsPath = join(root, 'workflows');
const bundlerPath = join(root, 'worker', 'bundle-main.ts');

/**
 * Our workflow modules and the SDK's library hold no state of a run, so the runs of a thread share
 * them. Otherwise each run evaluates all of them anew, those of other workflows too.
 */
const preloadModules = ['@temporalio/workflow', workflowsPath];

/** A hash of everything that a bundle depends on: sources, how they are built, and SDK version. */
const sourceHash = (): string => {
  const hash = createHash('sha256');
  for (const name of readdirSync(workflowsPath, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const path = join(workflowsPath, name);
    if (!statSync(path).isDirectory()) hash.update(name).update(readFileSync(path));
  }
  hash.update(readFileSync(failureConverterPath));
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  hash.update(readFileSync(join(root, 'package.json')));
  return hash.digest('hex').slice(0, 16);
};

/** Builds the bundle of the current sources and writes it to `path` atomically. */
export const writeWorkflowBundle = async (path: string): Promise<void> => {
  const logger = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  const sources = { workflowsPath, failureConverterPath, preloadModules };
  const { code } = await bundleWorkflowCode({ ...sources, logger });
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, code);
  renameSync(draft, path);
};

/**
 * The path of the workflow bundle for the current sources in `folder`. Builds it on first use;
 * later starts save more than a second.
 */
export const ensureWorkflowBundle = async (folder: string): Promise<string> => {
  const path = join(folder, `workflows-${sourceHash()}.js`);
  if (!existsSync(path)) {
    const [program, ...args] = commandOf(bundlerPath, path);
    await promisify(execFile)(program, args);
  }
  return path;
};
