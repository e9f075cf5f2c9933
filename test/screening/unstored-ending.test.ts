import { readFileSync } from 'node:fs';
import type { Payload } from '@temporalio/common';
import { expect, it } from 'vitest';
import { unstoredEnding } from '../../screening/unstored-ending.js';
import { historyFromJson } from '../replay/history-json.js';

const eventsOf = (file: string) => {
  const url = new URL(`../replay/histories/${file}.json`, import.meta.url);
  return (
    historyFromJson(JSON.parse(readFileSync(url, 'utf8')) as Record<string, unknown>).events ?? []
  );
};

/** The payloads of recorded histories are not sealed. */
const open = (payloads: Payload[]) => Promise.resolve(payloads);

/** What is found at each event at which a run may have been broken off, without repeats. */
const foundIn = async (file: string, round: number): Promise<unknown[]> => {
  const events = eventsOf(file);
  const found: unknown[] = [];
  for (let end = 1; end <= events.length; end += 1) {
    const ending = await unstoredEnding(events.slice(0, end), round, open);
    const word =
      ending?.kind === 'verdict'
        ? `${ending.source} ${ending.message.recommendationCode}`
        : ending?.kind;
    if (word !== found.at(-1) || end === 1) found.push(word);
  }
  return found;
};

const until = (word: string) => [undefined, word, undefined];

it.each([
  ['review-accept-by-update.2026-11-21T0623', 0, until('api accept')],
  ['review-reject-by-signal.2026-11-21T1331', 0, until('signal reject')],
  ['withdrawn-in-review.2026-11-21T0624', 0, until('withdrawal')],
  // Of two the first one counts, and nonsense does not.
  ['review-nonsense-then-two-verdicts.2026-11-21T0623', 0, until('api reject')],
  // Each round has its own.
  ['oms-refused-verdict-then-accept.2026-11-21T0623', 0, until('api accept')],
  ['oms-refused-verdict-then-accept.2026-11-21T0623', 1, until('api accept')],
  ['accept.2026-11-21T1331', 0, [undefined]],
])(
  'of %s, round %i, what a person said is found until it is stored',
  async (file, round, found) => {
    expect(await foundIn(file, round)).toEqual(found);
  },
);
