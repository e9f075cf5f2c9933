import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffDraft } from '../../services/rule-sets/diff.js';
import { readRuleText } from '../../services/rule-sets/read-text.js';
import { createRuleGuard } from '../../services/rule-sets/guard.js';
import { ownCpuMs } from '../support/longest-stretch.js';
import { openDatabase } from './database.js';
import { draftOf, shipped, textOf } from './rule-sets-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase();
});

afterAll(() => database?.close());

/** The longest text, with a problem in each line. */
const strayOverrides = (count: number): string => {
  const lines = Array.from({ length: count }, (_, index) => `      R${index + 2}: {}\n`);
  return textOf(1, `banners:\n  s5a:\n    rules:\n${lines.join('')}`);
};

/** The least CPU time of three runs: compilation and garbage collection only add to it. */
const msOf = (work: () => unknown): number =>
  Math.min(
    ...[1, 2, 3].map(() => {
      const fromMs = ownCpuMs();
      work();
      return ownCpuMs() - fromMs;
    }),
  );

describe('the diff of an unchecked draft', () => {
  it('runs under the guard: the process answers others meanwhile, and the diff is refused', async () => {
    const { draftId } = await draftOf(database.pool, strayOverrides(15_500));
    const guard = createRuleGuard({ timeLimitMs: 20_000 });
    // The thread has started before.
    await guard.check(textOf(1));
    const beats = [performance.now()];
    const beat = setInterval(() => beats.push(performance.now()), 10);
    const diffed = await diffDraft({ db: database.pool, shipped, guard }, draftId, undefined);
    clearInterval(beat);
    beats.push(performance.now());
    await guard.close();
    expect(diffed).toMatchObject({
      kind: 'refused',
      problems: Array.from({ length: 500 }, () => ({
        message: 's5a overrides a rule that is not there',
      })),
    });
    const pauses = beats.slice(1).map((at, index) => at - (beats[index] ?? at));
    const tookMs = pauses.reduce((sum, pause) => sum + pause, 0);
    expect(Math.max(...pauses)).toBeLessThan(tookMs / 2);
  });

  it('is unavailable while too many texts wait', async () => {
    const { draftId } = await draftOf(database.pool, textOf(1));
    const guard = { check: () => Promise.resolve({ kind: 'overloaded' } as const) };
    const diffed = diffDraft({ db: database.pool, shipped, guard }, draftId, undefined);
    await expect(diffed).rejects.toMatchObject({ name: 'TemporarilyUnavailable' });
  });
});

describe('a text with a problem in each line', () => {
  it('is read in a time that grows with its length, not with its square', () => {
    const [short, long] = [strayOverrides(3000), strayOverrides(15_500)];
    readRuleText(short);
    const [shortMs, longMs] = [msOf(() => readRuleText(short)), msOf(() => readRuleText(long))];
    // Five times the lines: a quadratic diff took more than ten times as long.
    expect(longMs / shortMs).toBeLessThan(15);
  });
});
