// Writes orders of the seeded population as lines of an import:
// node launcher/main.mjs bench/import/write-lines-main.ts 100000 > orders.jsonl
import { once } from 'node:events';
import type { LateLabel } from '../population/draft.js';
import { draftPopulation } from '../population/generate.js';
import { writeOrder } from '../population/write-order.js';

/** The measured orders of a population among all of its orders, about. */
const measuredShare = 0.41;

const linesAtOnce = 1000;

const labelsOf = (label: LateLabel | undefined, atMs: number) => {
  if (label === undefined) return [];
  const at = new Date(Math.max(label.atMs, atMs)).toISOString();
  return [{ kind: label.kind, at, ...(label.kind === 'chargeback' && { fraud: true }) }];
};

/** As long ago as the newest of them lies behind now: an import takes nothing of the future. */
const backBy = (drafts: readonly { readonly atMs: number; readonly label?: unknown }[]): number => {
  const latest = drafts.reduce((most, draft) => {
    const labelled = (draft.label as LateLabel | undefined)?.atMs ?? 0;
    return Math.max(most, draft.atMs, labelled);
  }, 0);
  return Math.max(0, latest - Date.now() + 60_000);
};

const [, , orders = '100000', seed = '1'] = process.argv;
const drafts = draftPopulation(Number(seed), Math.round(Number(orders) * measuredShare));
const shiftMs = backBy(drafts);
let text = '';
for (const [index, draft] of drafts.entries()) {
  const atMs = draft.atMs - shiftMs;
  const label = draft.label && { ...draft.label, atMs: draft.label.atMs - shiftMs };
  const line = {
    transaction: writeOrder(draft),
    receivedAt: new Date(atMs).toISOString(),
    labels: labelsOf(label, atMs),
  };
  text += `${JSON.stringify(line)}\n`;
  if (index % linesAtOnce !== 0) continue;
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  text = '';
}
process.stdout.write(text);
