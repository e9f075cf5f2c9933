import { readFileSync } from 'node:fs';
import type { Payload } from '@temporalio/common';
import { expect, it } from 'vitest';
import { unstoredEnding } from '../../temporal/unstored-ending.js';
import { historyFromJson } from '../replay/history-json.js';

const eventsOf = (file: string) => {
  const url = new URL(`../replay/histories/${file}.json`, import.meta.url);
  return (
    historyFromJson(JSON.parse(readFileSync(url, 'utf8')) as Record<string, unknown>).events ?? []
  );
};

/** The payloads of recorded histories are not sealed. */
const open = (payloads: Payload[]) => Promise.resolve(payloads);

/** The expected message, and the first and last event after which the run may break off for it. */
const foundIn = async (file: string, round: number) => {
  const events = eventsOf(file);
  const found: [string, number][] = [];
  for (let end = 1; end <= events.length; end += 1) {
    const ending = await unstoredEnding(events.slice(0, end), round, open);
    if (ending?.kind === 'verdict') {
      found.push([`${ending.source} ${ending.message.recommendationCode}`, end]);
    }
    if (ending?.kind === 'withdrawal') found.push([ending.kind, end]);
  }
  const words = new Set(found.map(([word]) => word));
  return words.size === 0 ? [] : [...words, found[0]?.[1], found.at(-1)?.[1]];
};

it('a signal to a run that was broken off before its first task ended is found', async () => {
  const events = eventsOf('review-reject-by-signal.2026-11-21T1331');
  const signals = events.filter((event) => event.workflowExecutionSignaledEventAttributes);
  expect(signals).toHaveLength(1);
  const found = await unstoredEnding([...events.slice(0, 2), ...signals], 0, open);
  expect(found).toMatchObject({ kind: 'verdict', source: 'signal' });
});

it.each([
  ['review-accept-by-update.2026-11-21T0623', 0, ['api accept', 16, 21]],
  ['review-reject-by-signal.2026-11-21T1331', 0, ['signal reject', 13, 20]],
  ['withdrawn-in-review.2026-11-21T0624', 0, ['withdrawal', 16, 21]],
  // Of two messages the first one counts, and an invalid one never does.
  ['review-nonsense-then-two-verdicts.2026-11-21T0623', 0, ['api reject', 20, 27]],
  // Each round has its own.
  ['oms-refused-verdict-then-accept.2026-11-21T0623', 0, ['api accept', 16, 21]],
  ['oms-refused-verdict-then-accept.2026-11-21T0623', 1, ['api accept', 37, 42]],
  ['accept.2026-11-21T1331', 0, []],
])(
  'of %s, round %i, what a person said is found until it is stored',
  async (file, round, found) => {
    expect(await foundIn(file, round)).toEqual(found);
  },
);
