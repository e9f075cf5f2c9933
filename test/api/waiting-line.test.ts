import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWaitingLine, type WaitingLine } from '../../api/waiting-line.js';

let free: number;
let line: WaitingLine;

const enter = (): boolean => {
  if (free === 0) return false;
  free -= 1;
  return true;
};

/** Orders that are answered one after the other within the last second. */
const answer = (count: number): void => {
  for (let index = 0; index < count; index += 1) line.answered();
};

beforeEach(() => {
  vi.useFakeTimers();
  free = 0;
  line = createWaitingLine(enter, () => performance.now());
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the line in front of the places', () => {
  it('is served in turn, one for each place that comes free', async () => {
    const served: string[] = [];
    const waiting = ['first', 'second', 'third'].map(async (name) => {
      if (await line.wait()) served.push(name);
    });
    free = 2;
    line.serve();
    await Promise.all(waiting.slice(0, 2));
    expect(served).toEqual(['first', 'second']);
    expect(line.length()).toBe(1);
  });

  it('has no room while nothing is answered, and an eighth of a second of answers else', () => {
    expect(line.hasRoom()).toBe(false);
    answer(16);
    void line.wait();
    expect(line.hasRoom()).toBe(true);
    void line.wait();
    expect(line.hasRoom()).toBe(false);
    vi.advanceTimersByTime(1100);
    answer(7);
    expect(line.hasRoom()).toBe(false);
  });

  it('holds no request for longer than leaves time to decide, and gives it no place afterwards', async () => {
    const waiting = line.wait();
    vi.advanceTimersByTime(800);
    expect(await waiting).toBe(false);
    free = 1;
    line.serve();
    expect([free, line.length()]).toEqual([1, 0]);
  });
});
