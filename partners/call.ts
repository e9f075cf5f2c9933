import type { Outcome } from '../contracts/hbc/decision.js';
import type { SanitisedTransaction } from '../domain/transaction.js';
import type { PartnerAnswer, PartnerFaultCode, PartnerName } from '../domain/votes.js';
import { PartnerFault } from './fault.js';

/** What operators are called for; the composition root turns each into a metric and a log line. */
export type PartnerAlarm =
  | 'partner_unauthorized'
  | 'partner_wrong_echo'
  | 'yleo_unknown_result'
  | 'avs_unknown_code';

export type RaiseAlarm = (code: PartnerAlarm) => void;

/** A credential that is shown only to the one place that sends it. */
export interface Credential {
  readonly reveal: () => string;
}

/** What a partner is told besides the transaction itself, and how long it may take. */
export interface CheckContext {
  readonly transactionId: string;
  /** When we received the order, in milliseconds since 1970. */
  readonly receivedAtMs: number;
  /** The local score, which Sardine gets as a custom number. */
  readonly totalScore: number;
  readonly budgetMs: number;
  /** The caller's cancellation; `check` then throws its reason. */
  readonly signal: AbortSignal;
}

/** A fraud-check partner. `check` never throws for the partner's trouble: see `unavailable`. */
export interface Partner {
  readonly check: (
    transaction: SanitisedTransaction,
    context: CheckContext,
  ) => Promise<PartnerAnswer>;
  /** Lets running checks end, then closes the connections. */
  readonly close: () => Promise<void>;
}

/** What is left of one check's budget, and the cancellation that may end it sooner. */
export interface Deadline {
  readonly remainingMs: () => number;
  readonly signal: AbortSignal;
}

/** A partner's opinion, before it is timed. */
export interface Opinion {
  readonly outcome: Outcome;
  readonly label: string;
  readonly priority: 'normal' | 'high';
  readonly evidence: Readonly<Record<string, unknown>>;
}

interface PartnerCall {
  readonly partner: PartnerName;
  readonly context: CheckContext;
  readonly alarm: RaiseAlarm;
  /** Asks the partner inside the deadline; throws `PartnerFault` when it gives no opinion. */
  readonly ask: (deadline: Deadline) => Promise<Opinion>;
}

const alarms: Partial<Readonly<Record<PartnerFaultCode, PartnerAlarm>>> = {
  unauthorized: 'partner_unauthorized',
  wrong_echo: 'partner_wrong_echo',
};

/**
 * Runs one check of a partner, times it and turns its fault into an `unavailable` answer. What
 * protects a partner, or us from it, wraps `ask` here. Throws what is not the partner's trouble.
 */
export const callPartner = async (call: PartnerCall): Promise<PartnerAnswer> => {
  const { partner, context } = call;
  const startedAtMs = performance.now();
  const elapsedMs = () => performance.now() - startedAtMs;
  const deadline = {
    remainingMs: () => context.budgetMs - elapsedMs(),
    signal: context.signal,
  };
  try {
    const opinion = await call.ask(deadline);
    return { kind: 'answered', partner, ...opinion, latencyMs: Math.round(elapsedMs()) };
  } catch (error) {
    if (!(error instanceof PartnerFault)) throw error;
    const alarm = alarms[error.code];
    if (alarm !== undefined) call.alarm(alarm);
    const { code: fault, retryable } = error;
    const latencyMs = Math.round(elapsedMs());
    return { kind: 'unavailable', partner, fault, retryable, latencyMs };
  }
};
