import { readdirSync, readFileSync } from 'node:fs';
import { defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { knownSteps } from '../../temporal/known-steps.js';
import { historyFromJson } from '../replay/history-json.js';

const folder = new URL('../replay/histories/', import.meta.url);

/** What the newest recorded history of a path tells of its order. Recorded ones are in clear. */
const known = async (path: string) => {
  const file = readdirSync(folder)
    .filter((name) => name.startsWith(`${path}.`))
    .toSorted()
    .at(-1);
  const text = readFileSync(new URL(file ?? path, folder), 'utf8');
  const { events = [] } = historyFromJson(JSON.parse(text));
  const [input] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const { transactionId } = defaultPayloadConverter.fromPayload<{ transactionId: string }>(
    input ?? {},
  );
  const steps = await knownSteps(events ?? [], transactionId, async (payloads) => payloads);
  // A settlement is told by what was asked and by where the order stood.
  return { steps, kinds: [...new Set(steps.map(({ kind }) => kind))] };
};

describe('a history proves what OMS did in the workflow task of the decision', () => {
  it.each([
    ['at-once-processed', 'process'],
    ['at-once-cancelled', 'cancel'],
  ])('%s: it did what the decision was', async (path, action) => {
    const { steps, kinds } = await known(path);
    expect(kinds).toEqual(['decision', 'settlement']);
    expect(steps[1]).toMatchObject({ action, round: 0 });
  });

  it('a refusal opened the next round', async () => {
    const { steps, kinds } = await known('at-once-refused-then-rejected');
    expect(kinds).toEqual(['decision', 'refusal', 'verdict', 'settlement']);
    expect(steps[1]).toMatchObject({ action: 'process', round: 1 });
    expect(steps[3]).toMatchObject({ action: 'cancel', round: 1 });
  });

  it('no answer proves nothing; the durable step does', async () => {
    const { steps, kinds } = await known('at-once-unavailable-then-settled');
    expect(kinds).toEqual(['decision', 'settlement']);
    expect(steps[1]).toMatchObject({ action: 'process', round: 0 });
  });
});
