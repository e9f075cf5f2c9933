import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Logger } from './logger.js';

/** Every alarm code; `docs/alarms.md` explains what each means and what to do. */
export const alarmCodes = [
  'accepted_then_rejected',
  'avs_unknown_code',
  'content_key_missing',
  'controls_failed',
  'decision_late',
  'drift_fact_silent',
  'drift_partner_shifted',
  'drift_rule_surging',
  'feedback_given_up',
  'key_missing',
  'notification_refused',
  'notifications_late',
  'oms_refused',
  'oms_unauthorized',
  'orders_refused',
  'partner_answer_lost',
  'partner_answer_unmapped',
  'partner_breaker_open',
  'partner_refused',
  'partner_unauthorized',
  'partner_wrong_echo',
  'points_fit_failed',
  'points_fit_stuck',
  'points_fit_too_few_labels',
  'process_stalled',
  'review_decision_late',
  'rule_errored',
  'rules_fell_back',
  'rules_flag_too_many',
  'rules_refused',
  'settlement_contradicts',
  'settlement_late',
  'shadow_failed',
  'sparkfly_failed',
  'sparkfly_unauthorized',
  'sweep_failed',
  'workflow_missing',
  'workflow_stuck',
  'yleo_unknown_result',
] as const;

export type AlarmCode = (typeof alarmCodes)[number];

/** Raises an alarm: increments `verdict_alarms_total` and writes one log line. */
export type Alarm = (code: AlarmCode, fields?: Readonly<Record<string, string | number>>) => void;

export interface Metrics {
  readonly registry: Registry;
  readonly alarms: Counter<'code'>;
  /** Seconds of an HTTP request by route pattern, method and status. */
  readonly httpSeconds: Histogram<'route' | 'method' | 'status'>;
  readonly decisions: Counter<'banner' | 'outcome'>;
  /** Checks within an answer, and below, repeated checks while an order waits. */
  readonly partnerSeconds: Histogram<'partner' | 'result'>;
  readonly partnerAgainSeconds: Histogram<'partner' | 'result'>;
  readonly settlements: Counter<'action' | 'result'>;
}

const latencyBuckets = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5];

/**
 * The sampling interval of the event-loop lag; the figures include one such pause. The library's
 * default of 10 ms costs an idle process 0.2 s of processor time a minute.
 */
const lagPrecisionMs = 100;

/** The metrics of one process. Labels are closed sets: never an id or personal data. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: lagPrecisionMs });
  const registers = [registry];
  const buckets = latencyBuckets;
  const metrics = {
    registry,
    alarms: new Counter({
      name: 'verdict_alarms_total',
      help: 'Alarms raised, by code.',
      labelNames: ['code'] as const,
      registers,
    }),
    httpSeconds: new Histogram({
      name: 'verdict_http_request_seconds',
      help: 'Seconds taken by HTTP requests.',
      labelNames: ['route', 'method', 'status'] as const,
      buckets,
      registers,
    }),
    decisions: new Counter({
      name: 'verdict_decisions_total',
      help: 'First decisions recorded, by banner and outcome.',
      labelNames: ['banner', 'outcome'] as const,
      registers,
    }),
    partnerSeconds: new Histogram({
      name: 'verdict_partner_seconds',
      help: 'Seconds taken by partner checks, by what came of them.',
      labelNames: ['partner', 'result'] as const,
      buckets,
      registers,
    }),
    partnerAgainSeconds: new Histogram({
      name: 'verdict_partner_again_seconds',
      help: 'Seconds taken by partner checks outside an answer, by what came of them.',
      labelNames: ['partner', 'result'] as const,
      buckets,
      registers,
    }),
    settlements: new Counter({
      name: 'verdict_settlements_total',
      help: 'Calls to OMS, by action and result.',
      labelNames: ['action', 'result'] as const,
      registers,
    }),
  };
  for (const code of alarmCodes) metrics.alarms.inc({ code }, 0);
  return metrics;
};

/** Metrics of new orders before they are stored. Only an API has them. */
export const createAdmissionMetrics = (
  registry: Registry,
  orders: Readonly<Record<'bound' | 'inFlight' | 'waiting', () => number>>,
): Counter => {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('verdict_orders_bound', 'New orders that may be in flight at once now.', orders.bound);
  gauge('verdict_orders_in_flight', 'New orders in flight, and those still owed.', orders.inFlight);
  gauge('verdict_orders_waiting', 'New orders that wait for a place among them.', orders.waiting);
  return new Counter({
    name: 'verdict_orders_refused_total',
    help: 'New orders refused before they were stored: more came in than can be decided in time.',
    registers,
  });
};

/** How attempts to sign in to the console ended. Only the API has it. */
export const createSignInCounter = (registry: Registry): Counter<'result'> =>
  new Counter({
    name: 'verdict_sign_ins_total',
    help: 'Attempts to sign in to the console.',
    labelNames: ['result'],
    registers: [registry],
  });

/** The state of each partner's breaker in one worker. Only a worker has it. */
export const createPartnerGauge = (registry: Registry): Gauge<'partner' | 'state'> =>
  new Gauge({
    name: 'verdict_partner_breaker',
    help: "1 for the present state of the partner's breaker in this process.",
    labelNames: ['partner', 'state'] as const,
    registers: [registry],
  });

/** Metrics of orders that wait for OMS. Only a process that checks them has them. */
export const createSettlementGauges = (registry: Registry) => {
  const registers = [registry];
  return {
    waiting: new Gauge({
      name: 'verdict_settlements_waiting',
      help: 'Orders that OMS has not taken yet.',
      registers,
    }),
    oldestSeconds: new Gauge({
      name: 'verdict_settlement_oldest_seconds',
      help: 'How long the oldest order has waited for OMS; 0 when none waits.',
      registers,
    }),
  };
};

/** Whether settlements give way to new orders. Only a worker has it. */
export const createGiveWayGauge = (registry: Registry, isGivingWay: () => boolean): Gauge =>
  new Gauge({
    name: 'verdict_settlements_giving_way',
    help: '1 while settlements wait because new orders are refused.',
    registers: [registry],
    collect() {
      this.set(isGivingWay() ? 1 : 0);
    },
  });

/** Metrics of orders without a decision. Only a process that checks them has them. */
export const createDecisionGauges = (registry: Registry) => {
  const registers = [registry];
  return {
    waiting: new Gauge({
      name: 'verdict_decisions_waiting',
      help: 'Orders that are stored and not decided yet.',
      registers,
    }),
    oldestSeconds: new Gauge({
      name: 'verdict_decision_oldest_seconds',
      help: 'How long the oldest of them has waited; 0 when none waits.',
      registers,
    }),
    stuck: new Gauge({
      name: 'verdict_workflows_stuck',
      help: 'Runs of orders whose workflow tasks keep failing and that are not replaced yet.',
      registers,
    }),
  };
};

/** Metrics of learned points. Only a process that checks them has them. */
export const createFitGauges = (registry: Registry) => {
  const registers = [registry];
  return {
    running: new Gauge({
      name: 'verdict_points_fits_running',
      help: 'Fits of points that are running.',
      registers,
    }),
    standingSeconds: new Gauge({
      name: 'verdict_points_fit_standing_seconds',
      help: 'How long the fit that has stood still for longest has done so; 0 when none runs.',
      registers,
    }),
  };
};

/** The age of the latest fit. Only a process that has seen one has it. */
export const createFitAgeGauge = (registry: Registry): Gauge =>
  new Gauge({
    name: 'verdict_points_fit_age_seconds',
    help: 'How long ago the latest fit of points was done.',
    registers: [registry],
  });

/** Metrics of shadow evaluations. Only a process that runs them has them. */
export const createShadowMetrics = (registry: Registry) => {
  const registers = [registry];
  return {
    evaluations: new Counter({
      name: 'verdict_shadow_evaluations_total',
      help: 'Evaluations after the answer, by what came of them.',
      labelNames: ['result'] as const,
      registers,
    }),
    pending: new Gauge({
      name: 'verdict_shadow_pending',
      help: 'Orders that are still to be evaluated after their answer.',
      registers,
    }),
    oldestSeconds: new Gauge({
      name: 'verdict_shadow_oldest_seconds',
      help: 'How long the oldest of them has been due; 0 when none is.',
      registers,
    }),
  };
};

/** Metrics of the consumers' backlog. */
export const createWorkGauges = (registry: Registry) => {
  const common = { labelNames: ['consumer'] as const, registers: [registry] };
  return {
    pending: new Gauge({
      name: 'verdict_due_work',
      help: 'What is to be done, by the consumer that does it.',
      ...common,
    }),
    oldestSeconds: new Gauge({
      name: 'verdict_due_work_oldest_seconds',
      help: 'How long the oldest of it has been due; 0 when none is.',
      ...common,
    }),
  };
};

export const createAlarm =
  (logger: Logger, metrics: Metrics): Alarm =>
  (code, fields = {}) => {
    metrics.alarms.inc({ code });
    logger.error({ alarm: code, ...fields }, `alarm: ${code}`);
  };
