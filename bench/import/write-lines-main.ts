// Writes orders of the seeded population, with their labels, as lines of an import:
// node launcher/main.mjs bench/import/write-lines-main.ts FILE ORDERS SEED
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Draft, LateLabel } from '../population/draft.js';
import { draftPopulation } from '../population/generate.js';
import { writeOrder } from '../population/write-order.js';

/** The measured orders of a population among all of its orders, and a few more. */
const measuredShare = 0.42;

const linesAtOnce = 1000;

const labelsOf = (label: LateLabel | undefined, atMs: number, shiftMs: number) => {
  if (label === undefined) return [];
  const at = new Date(Math.max(label.atMs - shiftMs, atMs)).toISOString();
  return [{ kind: label.kind, at, ...(label.kind === 'chargeback' && { fraud: true }) }];
};

/** As long ago as the newest of them lies behind now: an import takes nothing of the future. */
const backBy = (drafts: readonly Draft[]): number => {
  const latest = drafts.reduce(
    (most, { atMs, label }) => Math.max(most, atMs, label?.atMs ?? 0),
    0,
  );
  return Math.max(0, latest - Date.now() + 60_000);
};

const lineOf = (draft: Draft, shiftMs: number): string => {
  const atMs = draft.atMs - shiftMs;
  const line = {
    transaction: writeOrder(draft),
    receivedAt: new Date(atMs).toISOString(),
    labels: labelsOf(draft.label, atMs, shiftMs),
  };
  return `${JSON.stringify(line)}\n`;
};

/** Some lines at a time: the whole file would be twice as large as the drafts. */
function* chunksOf(drafts: readonly Draft[]): Generator<string> {
  const shiftMs = backBy(drafts);
  for (let from = 0; from < drafts.length; from += linesAtOnce) {
    const some = drafts.slice(from, from + linesAtOnce);
    yield some.map((draft) => lineOf(draft, shiftMs)).join('');
  }
}

const [, , path = '', orders, seed] = process.argv;
const wanted = Number(orders);
const drafts = draftPopulation(Number(seed), Math.ceil(wanted * measuredShare));
if (drafts.length < wanted) throw new RangeError(`the population has only ${drafts.length} orders`);
await pipeline(Readable.from(chunksOf(drafts.slice(0, wanted))), createWriteStream(path));
