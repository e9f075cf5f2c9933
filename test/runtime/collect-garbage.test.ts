import { once } from 'node:events';
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { collectAfterRushes, collectGarbage } from '../../runtime/collect-garbage.js';
import { startChild } from '../support/child.js';

/** Garbage as soon as the caller's turn of the event loop is over. */
const makeGarbage = (): WeakRef<object> => new WeakRef({ text: 'garbage' });

const isCollected = async (garbage: WeakRef<object>, withinMs: number): Promise<boolean> => {
  for (const endMs = Date.now() + withinMs; Date.now() < endMs; ) {
    await pause(20);
    if (garbage.deref() === undefined) return true;
  }
  return false;
};

/** Answers whether its garbage has been collected. */
const threadWithGarbage = `
  const { parentPort } = require('node:worker_threads');
  const garbage = new WeakRef({ text: 'garbage' });
  parentPort.on('message', () => parentPort.postMessage(garbage.deref() === undefined));
  parentPort.postMessage('ready');
`;

/** Objects that take about this many megabytes, made piece by piece like those of requests. */
const makeObjects = async (megabytes: number): Promise<readonly object[]> => {
  const objects: object[] = [];
  for (const wanted = usedMb() + megabytes; usedMb() < wanted; await pause(0)) {
    for (let index = 0; index < 5000; index += 1) objects.push({ index, text: [index] });
  }
  return objects;
};

const usedMb = (): number => getHeapStatistics().used_heap_size / 1e6;

/** Counts the collections of old objects until it is asked. */
const countCollections = () => {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    const entries = list.getEntries() as (PerformanceEntry & { detail: { kind: number } })[];
    const isMajor = ({ detail }: (typeof entries)[number]) =>
      detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
    count += entries.filter(isMajor).length;
  });
  observer.observe({ entryTypes: ['gc'] });
  return async (): Promise<number> => {
    // Entries come in a later turn.
    await pause(50);
    observer.disconnect();
    return count;
  };
};

describe('collecting garbage', () => {
  it('lets the heap grow by a quarter before V8 collects again', async () => {
    const held = await makeObjects(60);
    await collectGarbage();
    await pause(50);
    const collections = countCollections();
    const more = await makeObjects(usedMb() / 4);
    expect(await collections(), `beside ${held.length} and ${more.length} objects`).toBe(0);
  });

  it('collects that of this thread and of the threads that it has started', async () => {
    const thread = new Worker(threadWithGarbage, { eval: true });
    try {
      await once(thread, 'message');
      const garbage = makeGarbage();
      await pause(0);
      await collectGarbage();
      expect(garbage.deref()).toBeUndefined();
      thread.postMessage('collected?', []);
      expect(await once(thread, 'message')).toEqual([true]);
    } finally {
      await thread.terminate();
    }
  });

  it('does not wait for a thread that never yields', async () => {
    const thread = new Worker(
      `require('node:worker_threads').parentPort.postMessage(1); for (;;);`,
      {
        eval: true,
      },
    );
    try {
      await once(thread, 'message');
      const beganMs = performance.now();
      await collectGarbage();
      expect(performance.now() - beganMs).toBeLessThan(10_000);
    } finally {
      await thread.terminate();
    }
  });

  it('happens once a rush is over', async () => {
    const garbage = makeGarbage();
    await pause(0);
    collectAfterRushes({ everyMs: 100, rush: 0.5, quiet: 0.4, quietLooks: 2 });
    expect(await isCollected(garbage, 500)).toBe(false);
    for (const endMs = Date.now() + 300; Date.now() < endMs; );
    expect(await isCollected(garbage, 10_000)).toBe(true);
  });
});

it('a Node without an inspector collects nothing, and leaves the threads as the SDK makes them', async () => {
  const child = startChild('test/runtime/fixtures/without-inspector.ts', {});
  await child.ended;
  expect(child.lines).toEqual(["threads are the SDK's own"]);
});
