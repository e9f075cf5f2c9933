import type { SparkflySettings } from '../../contracts/partner-settings.js';
import type { Credential } from '../call.js';
import { SparkflyFault } from './fault.js';
import { type Answer, createSparkflyAgent, get } from './get.js';
import { createPace } from './pace.js';
import { readPage, type SparkflyPage } from './page.js';

/** A token lasts about 24 h; one hour less, so that none expires during a call. */
const tokenMs = 23 * 3_600_000;

export interface SparkflyOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Path of the listing below the base URL. */
  readonly eventsPath: string;
  readonly identity: string;
  readonly key: Credential;
  readonly settings: Pick<SparkflySettings, 'perPage' | 'requestsPerSecond' | 'callMs'>;
  /** The system clock by default. */
  readonly now?: () => Date;
}

/** Sparkfly's listing of fraud alerts. */
export interface Sparkfly {
  /**
   * Reads one page, numbered from 1. Throws `SparkflyFault`, and the reason of `signal` when it
   * aborts.
   */
  readonly readPage: (page: number, signal: AbortSignal) => Promise<SparkflyPage>;
  /** Waits for running calls, then closes the connections. */
  readonly close: () => Promise<void>;
}

type Call = (path: string, headers: Record<string, string>, signal: AbortSignal) => Promise<Answer>;

/** Calls at the configured rate, and not at all during Sparkfly's `Retry-After`. */
const createCall = (options: SparkflyOptions, agent: ReturnType<typeof createSparkflyAgent>) => {
  const { baseUrl, settings, now = () => new Date() } = options;
  const inPace = createPace(settings.requestsPerSecond);
  let restUntilMs = 0;
  const call: Call = async (path, headers, signal) => {
    await inPace(signal);
    const restMs = restUntilMs - now().getTime();
    if (restMs > 0)
      throw new SparkflyFault('unavailable', 'asked to wait', { retryAfterMs: restMs });
    const url = `${baseUrl}${path}`;
    const answer = await get({ agent, url, headers, signal, timeoutMs: settings.callMs });
    const { retryAfterMs } = answer.fault ?? {};
    const asksForRest = answer.status === 429 || answer.status === 503;
    if (asksForRest && retryAfterMs !== undefined) {
      restUntilMs = Math.max(restUntilMs, now().getTime() + retryAfterMs);
    }
    return answer;
  };
  return call;
};

/** Logs in when there is no token or it is too old. Tokens stay in memory only. */
const createLogin = ({ identity, key, now = () => new Date() }: SparkflyOptions, call: Call) => {
  let held: { readonly token: string; readonly untilMs: number } | undefined;
  return {
    token: async (signal: AbortSignal): Promise<string> => {
      if (held !== undefined && now().getTime() < held.untilMs) return held.token;
      const headers = { 'x-auth-identity': identity, 'x-auth-key': key.reveal() };
      const { token = '', status, fault } = await call('/auth', headers, signal);
      if (fault !== undefined) throw fault;
      if (token === '') throw new SparkflyFault('unusable', 'a login without a token', { status });
      held = { token, untilMs: now().getTime() + tokenMs };
      return token;
    },
    /** Drops a rejected token, but not a newer one that another call has fetched. */
    drop: (token: string): void => {
      if (held?.token === token) held = undefined;
    },
  };
};

/** The client of Sparkfly's listing; it requests one page at a time. */
export const createSparkfly = (options: SparkflyOptions): Sparkfly => {
  const agent = createSparkflyAgent();
  const call = createCall(options, agent);
  const login = createLogin(options, call);
  const { perPage } = options.settings;

  const tryOnce = async (path: string, signal: AbortSignal): Promise<Answer> => {
    const token = await login.token(signal);
    const answer = await call(path, { 'x-auth-token': token }, signal);
    if (answer.status === 401) login.drop(token);
    return answer;
  };

  return {
    readPage: async (page, signal) => {
      const path = `${options.eventsPath}?page=${page}&per_page=${perPage}`;
      const first = await tryOnce(path, signal);
      // Sparkfly may have revoked the token early, so a 401 gets one retry with a new one.
      const { text, fault } = first.status === 401 ? await tryOnce(path, signal) : first;
      if (fault !== undefined) throw fault;
      return readPage(text, { page, perPage });
    },
    close: () => agent.close(),
  };
};
