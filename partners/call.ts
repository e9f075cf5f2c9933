import type { Outcome } from '../contracts/hbc/decision.js';
import type { PartnerReport } from '../contracts/v1/partners.js';
import type { SanitisedTransaction } from '../domain/transaction.js';
import type { PartnerAnswer, PartnerFaultCode, PartnerName } from '../domain/votes.js';
import { PartnerFault } from './fault.js';
import type { CheckMode, Guard } from './guard.js';
import { isSilence } from './guard/breaker.js';
import { startStopwatch } from './own-time.js';

/** What operators are called for; the composition root turns each into a metric and a log line. */
export type PartnerAlarm =
  | 'partner_answer_unmapped'
  | 'partner_breaker_open'
  | 'partner_refused'
  | 'partner_unauthorized'
  | 'partner_wrong_echo'
  | 'yleo_unknown_result'
  | 'avs_unknown_code';

export type RaiseAlarm = (code: PartnerAlarm, fields?: { partner: PartnerName }) => void;

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
  /** The limit of the whole check, whatever it is made of. */
  readonly budgetMs: number;
  /** A background check has its whole budget for each call, and makes no retries of its own. */
  readonly mode: CheckMode;
  /** The caller's cancellation; `check` then throws its reason. */
  readonly signal: AbortSignal;
}

/** A fraud-check partner. `check` never throws for the partner's trouble: see `unavailable`. */
export interface Partner {
  readonly check: (
    transaction: SanitisedTransaction,
    context: CheckContext,
  ) => Promise<PartnerAnswer>;
  /** What this process knows of the partner now. */
  readonly report: () => PartnerReport;
  /**
   * Asks for the partner's health, if it has a page for that, and lets a healthy one end an open
   * breaker. Never throws for the partner's trouble or for a cancellation: see `report`.
   */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  /** Has the guard begin anew when the operators' lever was moved since: see `Guard`. */
  readonly heedLever: (movedAtMs: number | undefined) => void;
  /** Lets running checks end, then closes the connections. */
  readonly close: () => Promise<void>;
}

/** What is left of one check's budget, and the cancellation that may end it sooner. */
export interface Deadline {
  readonly remainingMs: () => number;
  /** The most that the next single call may take. */
  readonly callMs: () => number;
  /** How long the partner wants to be left alone; it may have told another check so. */
  readonly holdOffMs: () => number;
  readonly mode: CheckMode;
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
  readonly guard: Guard;
  /** The limit of a single call while an order waits. */
  readonly callMs: number;
  readonly alarm: RaiseAlarm;
  /** Asks the partner inside the deadline; throws `PartnerFault` when it gives no opinion. */
  readonly ask: (deadline: Deadline) => Promise<Opinion>;
}

/** Faults that a person has to mend: asking again would not. */
const alarms: Partial<Readonly<Record<PartnerFaultCode, PartnerAlarm>>> = {
  refused: 'partner_refused',
  partner_permanent: 'partner_refused',
  unauthorized: 'partner_unauthorized',
  wrong_echo: 'partner_wrong_echo',
};

/** Raises the alarm that belongs to a partner's fault, if there is one. */
export const alarmAbout = (fault: PartnerFault, partner: PartnerName, alarm: RaiseAlarm): void => {
  const code = alarms[fault.code];
  if (code !== undefined) alarm(code, { partner });
};

/**
 * Runs one check of a partner through its guard, times it and turns its fault into an
 * `unavailable` answer. Throws what is not the partner's trouble.
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
