import type { Environment } from '../runtime/env.js';
import { launch } from './managed-process.js';
import { temporalCliVersion } from './temporal-candidates.js';

const progressEveryMs = 5000;

/**
 * Builds the CLI from source with `go install` into `folder`. Takes minutes and reports progress.
 * Go fetches the sources, and a newer toolchain if needed, through its module proxy. Throws with
 * the reason.
 */
export const goInstallTemporalCli = async (
  go: string,
  env: Environment,
  folder: string,
  say: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  say(`building the Temporal CLI ${temporalCliVersion} with Go; once, takes 2 to 5 minutes`);
  const build = launch(
    [go, 'install', `github.com/temporalio/cli/cmd/temporal@v${temporalCliVersion}`],
    { cwd: folder, env: { ...env, GOBIN: folder, GOFLAGS: '', GOWORK: 'off' } },
  );
  const progress = setInterval(() => {
    const newest = build.lastLines().at(-1)?.trim().slice(0, 60);
    say(`still building the Temporal CLI, ${elapsed()}${newest ? ` (${newest})` : ''}`);
  }, progressEveryMs);
  const abort = () => void build.stop(1000);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const { ok, reason } = await build.exited;
    signal?.throwIfAborted();
    if (!ok) throw new Error(`${reason}: ${build.lastLines().slice(-3).join(' / ')}`);
    say(`the Temporal CLI was built in ${elapsed()}`);
  } finally {
    clearInterval(progress);
    signal?.removeEventListener('abort', abort);
  }
};
