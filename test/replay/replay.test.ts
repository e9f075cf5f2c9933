import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { failureConverterPath } from '../../runtime/data-converter.js';
import { ensureWorkflowBundle } from '../../worker/bundle.js';
import { createLeakScan } from '../support/leak-scan.js';
import { historyFromJson } from './history-json.js';
import { paths } from './paths.js';

const folder = new URL('./histories/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const parse = (text: string) => JSON.parse(text) as Record<string, unknown>;
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

type ReplayOptions = Parameters<typeof Worker.runReplayHistories>[0];

/** The task queue of a history's workflow, which the ids of its children contain. */
const queueOf = (history: Record<string, unknown>): string => {
  const { events } = historyFromJson(history);
  return events?.[0]?.workflowExecutionStartedEventAttributes?.taskQueue?.name ?? '';
};

/**
 * Replays histories of one queue against the workflow as it stands, by one worker: its start takes
 * longer than a replay. Resolves with the fault of each, if any.
 */
const replayAll = async (
  histories: readonly Record<string, unknown>[],
): Promise<readonly (Error | undefined)[]> => {
  const codePath = await ensureWorkflowBundle(join(inject('varDir'), 'bundles'));
  const options = {
    ...{ workflowBundle: { codePath }, dataConverter: { failureConverterPath } },
    // A worker option that this type lacks and the library respects.
    taskQueue: queueOf(histories[0] ?? {}),
  } satisfies ReplayOptions & { taskQueue: string };
  const results = Worker.runReplayHistories(
    options,
    histories.map((history, index) => ({
      ...{ workflowId: `replayed-${index}`, history: historyFromJson(history) },
    })),
  );
  const faults: (Error | undefined)[] = [];
  for await (const { error } of results) faults.push(error);
  expect(faults).toHaveLength(histories.length);
  return faults;
};

/** The faults of all stored histories, by file. */
const replayFiles = async (): Promise<ReadonlyMap<string, Error | undefined>> => {
  const all = files.map((file) => ({ file, history: parse(read(file)) }));
  const faults = new Map<string, Error | undefined>();
  for (const queue of new Set(all.map(({ history }) => queueOf(history)))) {
    const some = all.filter(({ history }) => queueOf(history) === queue);
    const found = await replayAll(some.map(({ history }) => history));
    for (const [index, { file }] of some.entries()) faults.set(file, found[index]);
  }
  return faults;
};

describe('orders that began under an earlier version', () => {
  const upkeep = [
    ...[
      'note-day-totals',
      'note-drift',
      'guard-flags',
      'delete-old-rows',
      'tell-chargebacks',
      'tell-chargeback-told',
    ],
    ...['tell-chargeback-later', 'keep-sparkfly-begun', 'keep-sparkfly-running'],
  ];
  const names = [...paths.map(({ name }) => name), 'notify-alert', ...upkeep];

  it.each(names)('a history of the path %s is there', (path) => {
    expect(files.filter((file) => file.startsWith(`${path}.`))).not.toEqual([]);
  });

  let faults: Awaited<ReturnType<typeof replayFiles>>;
  beforeAll(async () => {
    faults = await replayFiles();
  });

  it.each(files)('%s replays under the present workflow', (file) => {
    expect(faults.has(file)).toBe(true);
    expect(faults.get(file)).toBeUndefined();
  });

  it('no history holds personal data, card data or the name of a machine', () => {
    const scan = createLeakScan([
      ...['4111111111111111', 'example.com', 'Whitfield', 'dana.', 'Maple Ave', '73.44.18.201'],
    ]);
    for (const file of files) {
      const text = read(file);
      scan.add(file, text);
      const identities = [...text.matchAll(/"identity": "([^"]*)"/g)].map(([, name]) => name);
      for (const identity of identities)
        expect(['recorder', 'history-service']).toContain(identity);
    }
    expect(scan.leaks()).toEqual([]);
  });
});

describe('the gate itself', () => {
  const accept = files.find((file) => file.startsWith('accept.')) ?? '';

  it.each([
    ['another activity', (text: string) => text.replaceAll('"settleOrder"', '"payOrder"')],
    ['another workflow', (text: string) => text.replaceAll('"screenTransaction"', '"other"')],
    [
      'a timer that nobody starts',
      (text: string) => {
        const history = JSON.parse(text) as { events: Record<string, unknown>[] };
        const at = history.events.findIndex(
          (event) => 'activityTaskScheduledEventAttributes' in event,
        );
        const { eventId, eventTime, taskId } = history.events[at] ?? {};
        history.events[at] = {
          ...{ eventId, eventTime, taskId, eventType: 'EVENT_TYPE_TIMER_STARTED' },
          timerStartedEventAttributes: {
            ...{
              timerId: '1',
              startToFireTimeout: { seconds: '1' },
              workflowTaskCompletedEventId: '4',
            },
          },
        };
        return JSON.stringify(history);
      },
    ],
  ])('a history with %s is refused', async (_what, tamper) => {
    const text = read(accept);
    const tampered = tamper(text);
    expect(tampered).not.toBe(text);
    const [fault] = await replayAll([parse(tampered)]);
    expect(['DeterminismViolationError', 'ReplayError']).toContain(fault?.name);
  });
});
