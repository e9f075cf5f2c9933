import { pidsOfPart } from '../../bench/processes.js';
import type { Begun, Fault } from './fault.js';

/** The processes of Verdict, its servers, and those that it calls. */
export const parts = [
  ...(['api', 'worker', 'postgres', 'temporal'] as const),
  ...(['oms', 'partners', 'mail'] as const),
] as const;
type Part = (typeof parts)[number];

/** Sends a signal to every process of a part below this process. Returns how many there were. */
export const signalPart = (part: Part, signal: NodeJS.Signals): number => {
  const pids = pidsOfPart(process.pid, part);
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
  return pids.length;
};

const once = (part: Part, signal: NodeJS.Signals) => (): Begun => {
  const count = signalPart(part, signal);
  if (count === 0) throw new Error(`no process of ${part} runs`);
  return { detail: `${count} processes` };
};

const stopped = (part: Part) => (): Begun => ({
  ...once(part, 'SIGSTOP')(),
  heal: () => void signalPart(part, 'SIGCONT'),
});

/** Kills, orderly restarts and pauses of processes. */
export const processFaults: readonly Fault[] = [
  ...parts.map((part) => ({ name: `kill -9 ${part}`, begin: once(part, 'SIGKILL') })),
  ...(['api', 'worker'] as const).map((part) => ({
    ...{ name: `restart ${part}`, begin: once(part, 'SIGTERM') },
  })),
  ...parts.map((part) => ({
    ...{ name: `stop ${part}`, begin: stopped(part), lasts: [1000, 8000] as const },
  })),
];
