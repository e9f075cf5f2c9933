import type { Outcome } from '../contracts/hbc/decision.js';
import type { PartnerReport } from '../contracts/v1/partners.js';
import type { SanitisedTransaction } from '../domain/transaction.js';
import type { PartnerAnswer, PartnerFaultCode, PartnerName } from '../domain/votes.js';
import { PartnerFault } from './fault.js';
import type { CheckMode, Guard } from './guard.js';
import { isSilence } from './guard/breaker.js';
import { startStopwatch } from './own-time.js';

/** Events that need an operator; the composition root turns each into a metric and a log line. */
export type PartnerAlarm =
  | 'partner_answer_unmapped'
  | 'partner_breaker_open'
  | 'partner_refused'
  | 'partner_unauthorized'
  | 'partner_wrong_echo'
  | 'yleo_unknown_result'
  | 'avs_unknown_code';

export type RaiseAlarm = (code: PartnerAlarm, fields?: { partner: PartnerName }) => void;

/** A secret that only the code that sends it can read. */
export interface Credential {
  readonly reveal: () => string;
}

/** Inputs of a check besides the transaction, and its time limit. */
export interface CheckContext {
  readonly transactionId: string;
  /** The order's time of receipt, in milliseconds since 1970. */
  readonly receivedAtMs: number;
  /** The local score, which Sardine gets as a custom number. */
  readonly totalScore: number;
  /** The time limit of the whole check, retries included. */
  readonly budgetMs: number;
  /** A background check may spend its whole budget on one call and does not retry. */
  readonly mode: CheckMode;
  /** The caller's cancellation; `check` then throws its reason. */
  readonly signal: AbortSignal;
}

/**
 * A fraud-check partner. `check` does not throw for the partner's failures: it answers
 * `unavailable`.
 */
export interface Partner {
  readonly check: (
    transaction: SanitisedTransaction,
    context: CheckContext,
  ) => Promise<PartnerAnswer>;
  /** This process's view of the partner. */
  readonly report: () => PartnerReport;
  /**
   * Requests the partner's health page, if it has one; a healthy answer closes an open breaker.
   * Never throws for the partner's failures or a cancellation: see `report`.
   */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  /** Resets the guard when operators have moved the partner's lever since: see `Guard`. */
  readonly heedLever: (movedAtMs: number | undefined) => void;
  /** Waits for running checks, then closes the connections. */
  readonly close: () => Promise<void>;
}

/** The remaining budget of one check, with the cancellation that may end it sooner. */
export interface Deadline {
  readonly remainingMs: () => number;
  /** The time limit of the next single call. */
  readonly callMs: () => number;
  /** The partner's remaining `Retry-After`, which another check may have received. */
  readonly holdOffMs: () => number;
  readonly mode: CheckMode;
  readonly signal: AbortSignal;
}

/** A partner's opinion, before its duration is added. */
export interface Opinion {
  readonly outcome: Outcome;
  readonly label: string;
  readonly priority: 'normal' | 'high';
  readonly evidence: Readonly<Record<string, unknown>>;
}

interface PartnerCall {
  readonly partner: PartnerName;
  readonly context: CheckContext;
  readonly guard: Guard;
  /** The time limit of a single call on the answer path. */
  readonly callMs: number;
  readonly alarm: RaiseAlarm;
  /** Asks the partner within the deadline. Throws `PartnerFault` when there is no opinion. */
  readonly ask: (deadline: Deadline) => Promise<Opinion>;
}

/** Faults that a person must fix: a retry cannot. */
const alarms: Partial<Readonly<Record<PartnerFaultCode, PartnerAlarm>>> = {
  refused: 'partner_refused',
  partner_permanent: 'partner_refused',
  unauthorized: 'partner_unauthorized',
  wrong_echo: 'partner_wrong_echo',
};

/** Raises the alarm of a partner's fault, if it has one. */
export const alarmAbout = (fault: PartnerFault, partner: PartnerName, alarm: RaiseAlarm): void => {
  const code = alarms[fault.code];
  if (code !== undefined) alarm(code, { partner });
};

/**
 * Runs one check through the partner's guard, measures it, and turns a `PartnerFault` into an
 * `unavailable` answer. Throws every other error.
 */
export const callPartner = async (call: PartnerCall): Promise<PartnerAnswer> => {
  const { partner, context, guard } = call;
  const { mode, signal } = context;
  const startedAtMs = performance.now();
  const elapsedMs = () => performance.now() - startedAtMs;
  const watch = startStopwatch();
  const deadlineWithin = (limitMs: number): Deadline => {
    const remainingMs = () => limitMs - elapsedMs();
    const callMs = () => (mode === 'answer' ? Math.min(call.callMs, remainingMs()) : remainingMs());
    return { remainingMs, callMs, holdOffMs: guard.holdOffMs, mode, signal };
  };
  try {
    const opinion = await guard.run(mode, (testMs = context.budgetMs) =>
      call.ask(deadlineWithin(Math.min(context.budgetMs, testMs))),
    );
    return { kind: 'answered', partner, ...opinion, latencyMs: Math.round(elapsedMs()) };
  } catch (error) {
    if (!(error instanceof PartnerFault)) throw error;
    alarmAbout(error, partner, call.alarm);
    const { code: fault, retryable } = error;
    const latencyMs = Math.round(elapsedMs());
    const silent = { kind: 'unavailable', partner, fault, retryable, latencyMs } as const;
    return isSilence(error) && watch.isOurs() ? { ...silent, isOwnDelay: true } : silent;
  }
};
