import { createRandom, type Random } from '../../local/demo/random.js';
import { seedOf, sleep, type Storm } from '../callers/storm.js';
import { diskFaults } from './disk.js';
import type { Fault, Target } from './fault.js';
import { networkFaults } from './network.js';
import { operatorFaults } from './operators.js';
import { partnerFaults, setPlan } from './partners.js';
import { parts, processFaults, signalPart } from './processes.js';

const everyFault: readonly Fault[] = [
  ...processFaults,
  ...networkFaults,
  ...partnerFaults,
  ...operatorFaults,
  ...diskFaults,
];

/** Operators act more often than each part breaks. */
export const allFaults: readonly Fault[] = [
  ...everyFault,
  ...operatorFaults.filter(({ name }) => /workflows|again/.test(name)),
];

/** One fault of each kind, all of them brief. */
export const briefFaults: readonly Fault[] = everyFault
  .filter(({ name }) =>
    [
      ...['kill -9 worker', 'restart api', 'reset postgres', 'cut answers of api'],
      ...['oms acts and resets', 'terminate workflows', 'reset workflows'],
    ].includes(name),
  )
  .map((fault) => (fault.lasts === undefined ? fault : { ...fault, lasts: [500, 1500] }));

/** Which fault comes when, fixed by the seed. */
export interface PlannedFault {
  readonly fault: Fault;
  readonly afterMs: number;
  readonly lastsMs: number;
  /** True when the next fault need not wait for the end of this one. */
  readonly overlaps: boolean;
}

/** Every fault once in random order, and then all over again. */
export const planFaults = function* (
  random: Random,
  faults: readonly Fault[],
): Generator<PlannedFault> {
  for (;;) {
    for (const fault of random.shuffled(faults)) {
      yield {
        fault,
        afterMs: random.whole(500, 4000),
        lastsMs: fault.lasts === undefined ? 0 : random.whole(...fault.lasts),
        overlaps: random.chance(0.3),
      };
    }
  }
};

const strike = async (target: Target, { fault, lastsMs }: PlannedFault): Promise<void> => {
  const { recorder } = target;
  const beganMs = recorder.now();
  let detail = '';
  try {
    const begun = await fault.begin(target);
    detail = begun.detail ?? '';
    await sleep(lastsMs, target.calm);
    await begun.heal?.();
  } catch (error) {
    detail = `did not happen: ${error instanceof Error ? error.message : String(error)}`;
  }
  recorder.add({
    ...{ type: 'fault', name: fault.name, beganMs, endedMs: recorder.now(), detail },
  });
};

/** Brings one fault after the other until the storm is over, and waits for their ends. */
export const rage = async (storm: Storm, faults: readonly Fault[]): Promise<void> => {
  const random = createRandom(seedOf(storm.seed, -1));
  const target: Target = { ...storm, random: createRandom(seedOf(storm.seed, -3)) };
  const strikes: Promise<void>[] = [];
  for (const planned of planFaults(random, faults)) {
    await sleep(planned.afterMs, storm.calm);
    if (storm.calm.aborted) break;
    const one = strike(target, planned);
    strikes.push(one);
    if (!planned.overlaps) await one;
  }
  await Promise.all(strikes);
};

/** Ends whatever fault may still be there. */
export const healAll = async (storm: Storm): Promise<void> => {
  for (const part of parts) signalPart(part, 'SIGCONT');
  for (const proxy of Object.values(storm.stack.proxies)) proxy.heal();
  storm.stack.disk?.free();
  for (const partner of ['oms', 'sardine', 'yleo'] as const) await setPlan(storm, partner);
};
