import { type ChargebackDeps, tellChargeback } from '../activities/tell-chargeback.js';
import type { Logger } from '../runtime/logger.js';
import { listUntoldChargebacks } from '../services/labels/chargeback-feedback.js';
import { repeat, warnUnlessEnding } from './repeat.js';

/** Chargebacks come weeks after their orders: a minute is soon. */
const lookEveryMs = 60_000;

/** One by one, they take some seconds while Sardine is well. */
const atOnce = 100;

/** Further back nothing is looked for: Sardine was switched off, or there was no worker. */
const lookBackMs = 30 * 24 * 60 * 60 * 1000;

/** So many in a row that Sardine did not take: the next look tries them again. */
const failuresMax = 5;

interface Parts {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Tells what is untold now, the oldest first. */
const tellAll = async (deps: ChargebackDeps, { logger, signal }: Parts): Promise<void> => {
  const tell = tellChargeback(deps);
  const since = new Date(deps.now().getTime() - lookBackMs);
  let told = 0;
  let failures = 0;
  for (const chargeback of await listUntoldChargebacks({ db: deps.db }, { since, limit: atOnce })) {
    const result = await tell(chargeback, signal);
    failures = result === 'later' ? failures + 1 : 0;
    if (result === 'told') told += 1;
    if (signal.aborted || failures >= failuresMax) break;
  }
  if (told > 0) logger.info({ told }, 'Sardine was told of chargebacks');
};

/**
 * Tells Sardine of chargebacks at once and each minute until `signal` aborts. A look that failed
 * is made again; nothing to do where Sardine is not set up.
 */
export const tellChargebacks = async (
  deps: ChargebackDeps,
  parts: Parts,
  everyMs = lookEveryMs,
): Promise<void> => {
  const { signal } = parts;
  if (deps.sardine === undefined) return;
  await repeat(() => tellAll(deps, parts), {
    everyMs,
    signal,
    onFault: warnUnlessEnding(parts, 'chargebacks could not be told'),
  });
};
