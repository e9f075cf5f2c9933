import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { PartnerFault } from '../../partners/fault.js';
import { createGuard, type Guard } from '../../partners/guard.js';
import { guardSettings, useStoppedClock } from './guard-fixture.js';

const { advance } = useStoppedClock();

const ends = ['answered', 'failed', 'refused', 'rest', 'cancelled'] as const;
type End = (typeof ends)[number];

const modes = ['answer', 'background', 'tell', 'probe'] as const;
type Mode = (typeof modes)[number];

type Step =
  | { readonly do: 'call'; readonly mode: Mode }
  | { readonly do: 'end'; readonly which: number; readonly end: End }
  | { readonly do: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('call'), mode: fc.constantFrom(...modes) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('end'),
      which: fc.nat(9),
      end: fc.constantFrom(...ends, 'failed', 'failed', 'failed', 'failed'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(1, 200, 2_000, 30_000) }),
  },
);

const finish = (end: End): Promise<void> => {
  switch (end) {
    case 'answered':
      return Promise.resolve();
    case 'failed':
      return Promise.reject(new PartnerFault('server_error', { status: 500 }));
    case 'refused':
      return Promise.reject(new PartnerFault('refused', { status: 400 }));
    case 'rest':
      return Promise.reject(new PartnerFault('rate_limited', { retryAfterMs: 5_000 }));
    case 'cancelled':
      return Promise.reject(new DOMException('cancelled', 'AbortError'));
    default:
      return end satisfies never;
  }
};

/** One call that has reached the partner. */
interface Reached {
  readonly mode: Mode;
  readonly breaker: string;
  readonly heldOffMs: number;
  /** How many half-open tests were running when it arrived. */
  readonly tests: number;
  readonly end: (end: End) => void;
}

const isTest = ({ mode, breaker }: Reached): boolean =>
  mode === 'background' && breaker !== 'closed';

const start = (guard: Guard, mode: Mode, ask: () => Promise<void>): Promise<void> => {
  switch (mode) {
    case 'answer':
    case 'background':
      return guard.run(mode, ask);
    case 'tell':
      return guard.tell(ask);
    case 'probe':
      return guard.probe(ask);
    default:
      return mode satisfies never;
  }
};

/** Runs the steps. Returns every call that reached the partner. */
const play = async (steps: readonly Step[]): Promise<readonly Reached[]> => {
  const guard = createGuard({
    partner: 'sardine',
    alarm: () => undefined,
    limits: guardSettings({ answersAtOnce: 1_000, breaker: { consecutiveFailures: 2 } }),
    now: () => new Date(),
  });
  const running: Reached[] = [];
  const all: Reached[] = [];
  const ended: Promise<unknown>[] = [];
  const call = (mode: Mode) => {
    const { breaker } = guard.report();
    const heldOffMs = guard.holdOffMs();
    const ask = () =>
      new Promise<void>((resolve) => {
        const tests = running.filter(isTest).length;
        const end = (how: End) => resolve(finish(how));
        const reached = { mode, breaker, heldOffMs, tests, end };
        running.push(reached);
        all.push(reached);
      });
    const before = all.length;
    ended.push(start(guard, mode, ask).catch(() => undefined));
    // The reverse: only the breaker and its hold-off prevent an answer.
    const isDue = mode === 'answer' && breaker === 'closed' && heldOffMs === 0;
    if (isDue) expect(all.length).toBe(before + 1);
  };
  for (const next of steps) {
    if (next.do === 'wait') advance(next.ms);
    else if (next.do === 'call') call(next.mode);
    else running.splice(next.which % Math.max(1, running.length), 1)[0]?.end(next.end);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  for (const left of running.splice(0)) left.end('cancelled');
  await Promise.all(ended);
  return all;
};

it('no order that is being answered reaches a partner whose breaker is not closed', async () => {
  let tests = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
      for (const reached of await play(steps)) {
        expect(reached.heldOffMs).toBe(0);
        if (reached.breaker === 'closed') continue;
        // The health page may be called at any time: it is not the path of the checks.
        expect(['background', 'probe']).toContain(reached.mode);
        if (!isTest(reached)) continue;
        expect(reached.tests).toBe(0);
        tests += 1;
      }
    }),
    { numRuns: 300 },
  );
  // Otherwise the property would hold of nothing.
  expect(tests).toBeGreaterThan(20);
});
