import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';
import { failureConverterPath } from '../runtime/data-converter.js';

const workflowsPath = fileURLToPath(new URL('../workflows', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

/** Everything a bundle depends on: the workflow sources, the converter and the SDK's version. */
const sourceHash = (): string => {
  const hash = createHash('sha256');
  for (const file of readdirSync(workflowsPath).toSorted()) {
    hash.update(file).update(readFileSync(join(workflowsPath, file)));
  }
  hash.update(readFileSync(failureConverterPath));
  hash.update(readFileSync(join(root, 'package.json')));
  return hash.digest('hex').slice(0, 16);
};

/**
 * The path of the workflow bundle for the present sources, built on first use into `folder` and
 * found there ever after: it saves a worker more than a second at start.
 */
export const ensureWorkflowBundle = async (folder: string, logger?: Logger): Promise<string> => {
  const path = join(folder, `workflows-${sourceHash()}.js`);
  if (existsSync(path)) return path;
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    failureConverterPath,
    ...(logger ? { logger } : {}),
  });
  mkdirSync(folder, { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, code);
  renameSync(draft, path);
  return path;
};
