import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, vi } from 'vitest';
import type { PartnerName } from '../../domain/votes.js';
import type { PartnerAlarm } from '../../partners/call.js';
import { type CheckMode, createGuard } from '../../partners/guard.js';
import { createAgent, postJson } from '../../partners/http.js';
import { settingsWith } from './fixture.js';
import { answer, type Handler, serve } from './http-server.js';

type Answer = (status: number, headers?: Record<string, string>) => void;

/** An alarm as it was raised. */
export type Alarmed = readonly [PartnerAlarm, PartnerName | undefined];

/** Only the wall clock stands still: requests and timers are real. */
export const useStoppedClock = (): { readonly advance: (ms: number) => void } => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 20, 12) }));
  afterEach(() => void vi.useRealTimers());
  return { advance: (ms) => void vi.setSystemTime(Date.now() + ms) };
};

/** A partner whose next answers the test sets, or holds back. */
export const createPartner = () => {
  let handler: Handler = (_call, response) => answer(response, 200, {});
  const set = (status: number, headers: Record<string, string> = {}): void => {
    handler = (_call, response) => answer(response, status, {}, headers);
  };
  /**
   * Holds the next calls back. `arrived` returns the functions that answer them, once all are
   * there.
   */
  const hold = () => {
    const waiting: Answer[] = [];
    const arrivals = new EventEmitter();
    handler = (_call, response) => {
      waiting.push((status, headers) => answer(response, status, {}, headers));
      arrivals.emit(String(waiting.length));
    };
    const arrived = async (count: number): Promise<readonly Answer[]> => {
      if (waiting.length < count) await once(arrivals, String(count));
      return waiting;
    };
    return { arrived };
  };
  const listen = () => serve((call, response, attempt) => handler(call, response, attempt));
  return { listen, set, hold };
};

export const guardSettings = (changes: Record<string, unknown> = {}) =>
  settingsWith({ sardine: { guard: changes } }).sardine.guard;

const cleanups: (() => Promise<void>)[] = [];
export const cleanUpAfterEach = (): void => {
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });
};

/** A guard with a real partner behind it, asked by one POST. */
export const startGuard = async (changes: Record<string, unknown> = {}) => {
  const partner = createPartner();
  const server = await partner.listen();
  const agent = createAgent({ connections: 200 });
  cleanups.push(() => agent.destroy(), server.close);
  const alarms: Alarmed[] = [];
  const guard = createGuard({
    partner: 'yleo',
    alarm: (code, fields) => void alarms.push([code, fields?.partner]),
    limits: guardSettings(changes),
    now: () => new Date(),
  });
  const send =
    (signal = new AbortController().signal) =>
    async () => {
      const { fault } = await postJson({
        ...{ agent, url: `${server.url}/check`, headers: {}, body: {}, timeoutMs: 5_000, signal },
        expect: 'ignore',
      });
      if (fault !== undefined) throw fault;
      return 'answered';
    };
  /** The partner's vote, the code of its fault, or the name of any other error. */
  const wordOf = (run: Promise<unknown>): Promise<unknown> =>
    run.catch((error: { code?: string; name: string }) => error.code ?? error.name);
  const ask = (mode: CheckMode = 'answer', signal?: AbortSignal) =>
    wordOf(guard.run(mode, send(signal)));
  const tell = () => wordOf(guard.tell(async () => void (await send()())));
  const askTimes = async (times: number, mode: CheckMode = 'answer') => {
    for (let index = 0; index < times; index += 1) await ask(mode);
  };
  const calls = () => server.calls.length;
  const state = () => guard.report().breaker;
  /** Lets the partner fail until the breaker is open. */
  const open = async () => {
    partner.set(500);
    await askTimes(5);
  };
  return { ...{ guard, partner, alarms, ask, askTimes, tell, calls, state, open, wordOf }, agent };
};
