import type { Credential } from '../call.js';
import { faultOfStatus, PartnerFault } from '../fault.js';
import { createAgent, postJson } from '../http.js';
import { refusalReason } from './refusal-reason.js';

/** Telling OMS what to do with an order. */
export interface Settlement {
  readonly action: 'process' | 'cancel';
  readonly orderId: string;
  /** The `DBRecord` with its card sanitised. */
  readonly record: unknown;
  /** The same for every try of the same action. */
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** `done` is final; `refused` means that the same call would be refused again. */
type SettlementAnswer =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** What OMS said, at most 500 characters; it may name people, so it is only kept sealed. */
      readonly reason: string | null;
    };

export interface Oms {
  /** Throws `OmsUnavailable` while it is unknown whether OMS acted: then try again. */
  readonly settle: (settlement: Settlement) => Promise<SettlementAnswer>;
  /** Lets running calls end, then closes the connections. */
  readonly close: () => Promise<void>;
}

/** OMS did not say yes or no. Try again for as long as it takes, with the same key. */
export class OmsUnavailable extends Error {
  override readonly name = 'OmsUnavailable';
  /** How long OMS asks us to wait. */
  readonly retryAfterMs: number | undefined;
  /** The token was not taken: a person must renew it, while the order waits. */
  readonly isUnauthorized: boolean;

  constructor(fault: PartnerFault) {
    super(`OMS gave no answer: ${fault.message}`);
    this.retryAfterMs = fault.retryAfterMs;
    this.isUnauthorized = fault.code === 'unauthorized';
  }
}

/** OMS's answer to a repeated action: it has been done already. */
const conflict = 409;

/** True when the same call would be refused again. A redirect says nothing about the order. */
const isRefusal = (status: number): boolean =>
  status >= 400 && status !== conflict && faultOfStatus(status, undefined)?.code === 'refused';

/** The client of the order management system, by the contract of our own documentation. */
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
