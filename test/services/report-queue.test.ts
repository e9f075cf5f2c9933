import { describe, expect, it } from 'vitest';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { createReportQueue } from '../../services/turns.js';

/** Reports that the test ends. */
const createReports = () => {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const make = (name: string) => () =>
    new Promise<string>((resolve) => {
      begun.push(name);
      ends.set(name, () => resolve(name));
    });
  return { begun, make, end: (name: string) => ends.get(name)?.() };
};

/** Runs everything that waits for no timer. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('reports', () => {
  it('run one after the other, in the order of the requests', async () => {
    const queue = createReportQueue();
    const { begun, make, end } = createReports();
    const answers = ['a', 'b', 'c'].map((name) => queue.answer(name, make(name)));
    await settle();
    expect(begun).toEqual(['a']);
    end('a');
    await expect(answers[0]).resolves.toBe('a');
    await settle();
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await settle();
    end('c');
    await expect(Promise.all(answers)).resolves.toEqual(['a', 'b', 'c']);
  });

  it('equal questions share one answer while it is under way, and not afterwards', async () => {
    const queue = createReportQueue();
    const { begun, make, end } = createReports();
    const answers = [1, 2, 3].map(() => queue.answer({ by: 'rule' }, make('a')));
    await settle();
    end('a');
    await expect(Promise.all(answers)).resolves.toEqual(['a', 'a', 'a']);
    const later = queue.answer({ by: 'rule' }, make('a'));
    await settle();
    expect(begun).toEqual(['a', 'a']);
    end('a');
    await later;
  });

  it('one that fails fails for all who share it, and delays nobody', async () => {
    const queue = createReportQueue();
    const failing = () => Promise.reject(new Error('no'));
    const answers = [queue.answer('a', failing), queue.answer('a', failing)];
    const other = queue.answer('b', () => Promise.resolve('b'));
    const results = await Promise.allSettled(answers);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(other).resolves.toBe('b');
  });

  it('one whose turn does not come in time is refused, never run, and leaves the queue', async () => {
    const queue = createReportQueue({ withinMs: 20 });
    const { begun, make, end } = createReports();
    const first = queue.answer('a', make('a'));
    await expect(queue.answer('b', make('b'))).rejects.toThrow(TemporarilyUnavailable);
    const third = queue.answer('c', make('c'));
    await settle();
    expect(begun).toEqual(['a']);
    end('a');
    await first;
    await settle();
    end('c');
    await expect(third).resolves.toBe('c');
    expect(begun).toEqual(['a', 'c']);
  });

  it('are asked for without bounds in vain', async () => {
    const queue = createReportQueue();
    const { make, end } = createReports();
    const first = queue.answer(0, make('0'));
    const waiting = Array.from({ length: 99 }, (_, n) =>
      queue.answer(n + 1, () => Promise.resolve(n)),
    );
    await expect(queue.answer('more', make('x'))).rejects.toThrow(TemporarilyUnavailable);
    await settle();
    end('0');
    await first;
    await expect(Promise.all(waiting)).resolves.toHaveLength(99);
  });
});
