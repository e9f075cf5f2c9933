import type { Credential } from '../call.js';
import { faultOfStatus, PartnerFault } from '../fault.js';
import { createAgent, postJson } from '../http.js';
import { refusalReason } from './refusal-reason.js';

/** One instruction to OMS about an order. */
export interface Settlement {
  readonly action: 'process' | 'cancel';
  readonly orderId: string;
  /** The `DBRecord` with sanitised card data. */
  readonly record: unknown;
  /** The same for every attempt of an action. */
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** `done` is final; `refused` means that a retry would be refused again. */
type SettlementAnswer =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /**
       * The reason from OMS, at most 500 characters. It may contain names, so it is stored
       * encrypted only.
       */
      readonly reason: string | null;
    };

export interface Oms {
  /** Throws `OmsUnavailable` while it is unknown whether OMS acted: the caller retries. */
  readonly settle: (settlement: Settlement) => Promise<SettlementAnswer>;
  /** Waits for running calls, then closes the connections. */
  readonly close: () => Promise<void>;
}

/** OMS gave no final answer. The caller retries with the same key until OMS answers. */
export class OmsUnavailable extends Error {
  override readonly name = 'OmsUnavailable';
  /** The `Retry-After` of OMS, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** OMS rejected the token: a person must renew it, and the order waits. */
  readonly isUnauthorized: boolean;

  constructor(fault: PartnerFault) {
    super(`OMS gave no answer: ${fault.message}`);
    this.retryAfterMs = fault.retryAfterMs;
    this.isUnauthorized = fault.code === 'unauthorized';
  }
}

/** The answer of OMS to a repeated action that is already done. */
const conflict = 409;

/** True when a retry would be refused again. A redirect says nothing about the order. */
const isRefusal = (status: number): boolean =>
  status >= 400 && status !== conflict && faultOfStatus(status, undefined)?.code === 'refused';

/** The client of the order management system, by the contract in Verdict's documentation. */
export const createOms = (options: { baseUrl: string; token: Credential }): Oms => {
  const agent = createAgent();
  const authorization = `Bearer ${options.token.reveal()}`;

  const post = async ({ action, orderId, record, ...rest }: Settlement) => {
    try {
      return await postJson({
        agent,
        url: `${options.baseUrl}/orders/${encodeURIComponent(orderId)}/${action}`,
        headers: { authorization, 'idempotency-key': rest.idempotencyKey },
        body: record,
        timeoutMs: rest.timeoutMs,
        signal: rest.signal,
        expect: (status) => (isRefusal(status) ? 'start' : 'ignore'),
      });
    } catch (error) {
      throw error instanceof PartnerFault ? new OmsUnavailable(error) : error;
    }
  };

  return {
    settle: async (settlement) => {
      const { status, text, fault } = await post(settlement);
      if (fault === undefined || status === conflict) return { kind: 'done' };
      if (isRefusal(status)) return { kind: 'refused', status, reason: refusalReason(text) };
      throw new OmsUnavailable(fault);
    },
    close: () => agent.close(),
  };
};
