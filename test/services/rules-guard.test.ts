import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { createRuleGuard, type RuleGuard } from '../../services/rule-sets/guard.js';
import { commandOf } from '../../runtime/launcher.js';
import { defaultRuleSet } from '../support/rules.js';

const guards: RuleGuard[] = [];
const guard = (options: Parameters<typeof createRuleGuard>[0] = {}): RuleGuard => {
  const created = createRuleGuard(options);
  guards.push(created);
  return created;
};

const loopingThread = new URL('fixtures/looping-thread.ts', import.meta.url);
const shipped = readFileSync(new URL('../../rules/default.yaml', import.meta.url), 'utf8');

/** The parser accumulates directives: these need several times the thread's memory. */
const bomb = '%A\n'.repeat(87_000);

afterAll(() => Promise.all(guards.map((one) => one.close())));

const messagesOf = (answer: Awaited<ReturnType<RuleGuard['check']>>) =>
  answer.kind === 'refused' ? answer.problems.map(({ message }) => message) : answer;

describe('an unchecked rule text', () => {
  const own = guard({ timeLimitMs: 60_000 });

  it('is valid with the hash that the loader gives it', async () => {
    const answer = await own.check(shipped);
    const { hash } = defaultRuleSet();
    expect(answer).toEqual({ kind: 'valid', hash, listReads: [], doubts: [] });
  });

  it('is returned with its list lookups, each with its place', async () => {
    const asked = shipped.replace(
      'when: shipping.outsideHome',
      'when: subject.email in list("vip")',
    );
    const answer = await own.check(asked);
    const line = asked.split('\n').findIndex((one) => one.includes('list("vip")')) + 1;
    expect(answer).toMatchObject({ listReads: [{ list: 'vip', subject: 'email', line }] });
  });

  it('is refused with its problems by line and column', async () => {
    const text = shipped.replace('avs.street == ', 'avs.stret == ');
    const answer = await own.check(text);
    const line = text.split('\n').findIndex((one) => one.includes('avs.stret ==')) + 1;
    const column = (text.split('\n')[line - 1]?.indexOf('avs.stret') ?? 0) + 1;
    expect(answer).toMatchObject({
      kind: 'refused',
      problems: [
        {
          rule: 'R01',
          line,
          column,
          message: 'cases.0 unknown fact avs.stret; did you mean avs.street?',
        },
      ],
    });
  });

  it('that eats memory is refused, and neither the process nor the next text suffers', async () => {
    const before = process.memoryUsage().rss;
    const [eaten, next] = await Promise.all([own.check(bomb), own.check(shipped)]);
    expect(messagesOf(eaten)).toEqual([expect.stringMatching(/^takes too (much memory|long) to/)]);
    expect(next).toMatchObject({ kind: 'valid' });
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024);
  });
});

describe('the thread', () => {
  it('that never ends is ended, its text refused, and the next text answered', async () => {
    const own = guard({ timeLimitMs: 1500, thread: loopingThread });
    await own.check('warm');
    const startedAt = performance.now();
    const [looped, next] = await Promise.all([own.check('loop'), own.check('next')]);
    expect(messagesOf(looped)).toEqual(['takes too long to read']);
    expect(next).toEqual({ kind: 'valid', hash: 'next' });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1490);
  });

  it('that fails is replaced', async () => {
    const own = guard({ thread: loopingThread });
    expect((await own.check('stop')).kind).toBe('refused');
    expect(await own.check('next')).toEqual({ kind: 'valid', hash: 'next' });
  });

  it('serves many texts, each with its own answer', async () => {
    const own = guard({ thread: loopingThread });
    for (let round = 0; round < 3; round += 1) {
      const texts = Array.from({ length: 8 }, (_, index) => `${round}-${index}`);
      const answers = await Promise.all(texts.map((text) => own.check(text)));
      expect(answers).toEqual(texts.map((hash) => ({ kind: 'valid', hash })));
    }
  });

  it('queues 32 texts at most: more are refused at once, and none of the others is lost', async () => {
    const own = guard({ timeLimitMs: 1500, thread: loopingThread });
    await own.check('warm');
    const looped = own.check('loop');
    const waiting = Array.from({ length: 32 }, (_, index) => own.check(String(index)));
    expect(await own.check('one too many')).toEqual({ kind: 'overloaded' });
    expect((await looped).kind).toBe('refused');
    expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(
      Array.from({ length: 32 }, () => 'valid'),
    );
  });

  it('that cannot be started is a fault of ours, not of the text', async () => {
    const own = guard({ thread: new URL('fixtures/not-there.ts', import.meta.url) });
    await expect(own.check('x')).rejects.toThrow('not-there');
  });

  it('once closed answers everything under way and later as overloaded', async () => {
    const own = guard({ timeLimitMs: 60_000, thread: loopingThread });
    await own.check('warm');
    const under = [own.check('loop'), own.check('waits')];
    await own.close();
    expect(await Promise.all(under)).toEqual([{ kind: 'overloaded' }, { kind: 'overloaded' }]);
    expect(await own.check('later')).toEqual({ kind: 'overloaded' });
  });

  it('closed while it starts is ended, and its text not read for as long as it may take', async () => {
    const own = guard({ timeLimitMs: 3_600_000, thread: loopingThread });
    const looped = own.check('loop');
    await own.close();
    expect(await looped).toEqual({ kind: 'overloaded' });
  });

  it('keeps no process alive', async () => {
    const file = fileURLToPath(new URL('fixtures/check-once.ts', import.meta.url));
    const [program, ...args] = commandOf(file);
    const { stdout } = await promisify(execFile)(program, args, { timeout: 30_000 });
    expect(stdout.trim()).toBe('refused');
  });
});
