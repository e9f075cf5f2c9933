import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Agent, fetch } from 'undici';
import { launch } from './managed-process.js';
import { temporalCliVersion } from './temporal-candidates.js';

const connectTimeoutMs = 3000;
const stallTimeoutMs = 10_000;

const platformName = { linux: 'linux', darwin: 'darwin' } as const;
const archName = { x64: 'amd64', arm64: 'arm64' } as const;

const nameIn = (names: Readonly<Record<string, string>>, key: string): string => {
  const name = names[key];
  if (name === undefined) throw new Error(`there is no build for ${key}`);
  return name;
};

const archiveUrl = (base: string): string =>
  `${base}/cli/archive/v${temporalCliVersion}` +
  `?platform=${nameIn(platformName, process.platform)}&arch=${nameIn(archName, process.arch)}`;

/**
 * Downloads and unpacks the official build into `folder` as `temporal`. Gives up on a server that
 * does not connect within 3 s or stalls for 10 s, and throws the reason. On failure the caller
 * removes leftovers from `folder`.
 */
export const downloadTemporalCli = async (
  base: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const dispatcher = new Agent({
    connect: { timeout: connectTimeoutMs },
    headersTimeout: stallTimeoutMs,
    bodyTimeout: stallTimeoutMs,
  });
  try {
    const answer = await fetch(archiveUrl(base), { dispatcher, signal: signal ?? null });
    if (!answer.ok || !answer.body) throw new Error(`the server answered ${answer.status}`);
    const archive = join(folder, 'archive.tar.gz');
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(archive));
    const unpacking = launch(['tar', '-xzf', archive, '-C', folder, 'temporal']);
    const { ok, reason } = await unpacking.exited;
    if (!ok) throw new Error(`the archive cannot be unpacked (${reason})`);
  } finally {
    await dispatcher.destroy();
  }
};
