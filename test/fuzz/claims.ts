import { createHash } from 'node:crypto';
import { ApiErrors } from '../../contracts/errors.js';
import { bestStretchMs, ownCpuMs } from '../support/longest-stretch.js';
import { canary, canaryPan } from './odd-json.js';

/** A claim of the fuzz that does not hold. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export const claim: (holds: boolean, otherwise: string) => asserts holds = (holds, otherwise) => {
  if (!holds) throw new Broken(otherwise);
};

const start = (text: string): string => text.slice(0, 300);

/** What goes to a caller or into a log repeats no value of a request. */
export const claimSecret = (where: string, text: string): void => {
  const plain = text.toLowerCase();
  claim(!plain.includes(canary.toLowerCase()), `${where} repeats a value: ${start(text)}`);
  claim(!text.includes(canaryPan), `${where} repeats a card number: ${start(text)}`);
};

const path = /^(\$|line \d+: )|^(no such|the |missing|this )/;

/** An answer of 400 or more is a list of faults, whose messages begin with a path or a sentence. */
export const claimFaults = (status: number, text: string): void => {
  claim(status < 500, `answers ${status}: ${start(text)}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    claim(false, `${status} is no JSON: ${start(text)}`);
  }
  const faults = ApiErrors.safeParse(json);
  claim(faults.success, `${status} is no list of faults: ${start(text)}`);
  for (const { message } of faults.data) {
    claim(status !== 400 || path.test(message), `names no path: ${start(message)}`);
  }
  claimSecret(`the answer of ${status}`, text);
};

/** What one request may hold the event loop for. */
const heldMaxMs = 50;

/** A fixed piece of work, and what it takes on the machine of which `heldMaxMs` was said. */
const controlMs = 12;
const control = (): number => {
  const from = ownCpuMs();
  const hash = createHash('sha256');
  for (let index = 0; index < 4; index += 1) hash.update(Buffer.alloc(1_000_000, index));
  hash.digest();
  return ownCpuMs() - from;
};

/** The limit for this machine at this moment. */
const heldLimitMs = (): number => {
  const pace = Math.min(control(), control(), control()) / controlMs;
  return heldMaxMs * Math.max(1, pace);
};

/** Compilation and the collection of earlier garbage also take their time. */
const runs = 5;

/**
 * Runs a piece of the product's work. It may not hold the event loop for longer than a request
 * may: what is slow once is run again, and the best run counts.
 */
export const held = async <T>(work: () => T | Promise<T>): Promise<T> => {
  const fromMs = performance.now();
  const fromCpuMs = ownCpuMs();
  const made = await work();
  // A request that waits for something else holds nothing.
  const isShort = performance.now() - fromMs <= heldMaxMs || ownCpuMs() - fromCpuMs <= heldMaxMs;
  if (isShort) return made;
  const limitMs = heldLimitMs();
  const again = async () => void (await work());
  const bestMs = await bestStretchMs(again, { limitMs, runs });
  claim(bestMs <= limitMs, `holds the event loop for ${Math.round(bestMs)} ms`);
  return made;
};
