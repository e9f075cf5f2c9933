import type { Fault } from './faults.js';
import type { RequestHeaders } from './partner.js';

/** Calls kept per partner unless given; the oldest are evicted first. */
const callsMax = 10_000;

/** One request that a partner received, as `GET /_calls/{partner}` lists it. */
export interface ReceivedCall {
  readonly method: string;
  /** Path and query as received, prefixed with the partner's name. */
  readonly path: string;
  /** Names in lower case; credentials are masked. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; the text itself where it is not JSON. */
  readonly body: unknown;
  /** The status of the answer; null until it is sent, and permanently after a reset or a hang. */
  readonly status: number | null;
  /** The fault that the simulator applied. */
  readonly fault?: Fault | undefined;
  /** RFC 3339, UTC. */
  readonly receivedAt: string;
}

/**
 * Bodies stay text until they are listed: 10,000 parsed orders would take many times the memory.
 */
interface KeptCall extends Omit<ReceivedCall, 'body' | 'status'> {
  readonly text: string;
  status: number | null;
}

/** Parses a body; `undefined` when it is not JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Sparkfly's own headers. */
const secretHeaders = new Set(['x-auth-identity', 'x-auth-key', 'x-auth-token']);

const maskedValue = (name: string, value: string): string => {
  if (name === 'authorization') return value.replace(/^(Basic |Bearer )?.*$/, '$1***');
  return secretHeaders.has(name) ? '***' : value;
};

const masked = (headers: RequestHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, maskedValue(name, value)]),
  );

/** The properties of a call that are known on arrival. */
interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly headers: RequestHeaders;
  readonly text: string;
  readonly fault: Fault | undefined;
}

/** The calls to one partner. */
export class CallLog {
  readonly #kept: number;
  #calls: KeptCall[] = [];
  #total = 0;

  constructor(kept = callsMax) {
    this.#kept = kept;
  }

  /** Calls since the last reset, evicted ones included. */
  get total(): number {
    return this.#total;
  }

  /**
   * Records a call, one of an earlier process with its time and status. The returned function
   * records the status of its answer.
   */
  add(
    { headers, ...arrival }: Arrival,
    { receivedAt, status }: Pick<KeptCall, 'receivedAt' | 'status'> = {
      ...{ receivedAt: new Date().toISOString(), status: null },
    },
  ): (status: number) => void {
    const call: KeptCall = { ...arrival, headers: masked(headers), status, receivedAt };
    this.#total += 1;
    this.#calls.push(call);
    if (this.#calls.length > this.#kept) this.#calls.shift();
    return (answered) => {
      call.status = answered;
    };
  }

  /** All kept calls, oldest first. */
  list(): ReceivedCall[] {
    return this.#calls.map(({ text, ...call }) => ({ ...call, body: parseJson(text) ?? text }));
  }

  clear(): void {
    this.#calls = [];
    this.#total = 0;
  }
}
