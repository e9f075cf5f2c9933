import type { Controls } from '../contracts/controls.js';
import type { Settings } from '../contracts/settings.js';
import type { VotingPartner } from '../contracts/voting-partners.js';
import type { Pool } from '../db/pool.js';
import type { Lookups } from '../domain/lookups.js';
import type { RulesInForce } from '../domain/rules/in-force.js';
import type { Partner } from '../partners/call.js';
import type { Mail } from '../partners/mail/client.js';
import type { Oms } from '../partners/oms/client.js';
import type { Sardine } from '../partners/sardine/client.js';
import type { Sparkfly } from '../partners/sparkfly/client.js';
import type { Tokeniser, Vault } from '../services/context.js';
import type { ShippedRules } from '../services/rule-sets/versions.js';
import type { AnswerKeeper } from '../services/transactions/answer-keeper.js';
import type { DecidedNotice } from '../services/transactions/decided-notices.js';
import type { JustDecided } from './just-decided.js';
import type { Scores } from './score-cache.js';
import type { SettlePace } from './settle-pace.js';

/** Metrics of the activities; labels are closed sets, never ids. */
export interface Reports {
  readonly alarm: (
    code:
      | 'accepted_then_rejected'
      | 'drift_fact_silent'
      | 'drift_partner_shifted'
      | 'drift_rule_surging'
      | 'feedback_given_up'
      | 'notification_refused'
      | 'oms_refused'
      | 'oms_unauthorized'
      | 'partner_answer_lost'
      | 'points_fit_failed'
      | 'points_fit_too_few_labels'
      | 'rule_errored'
      | 'rules_fell_back'
      | 'rules_flag_too_many'
      | 'settlement_contradicts'
      | 'sparkfly_failed'
      | 'sparkfly_unauthorized',
    fields?: Readonly<Record<string, string>>,
  ) => void;
  readonly decided: (banner: string, outcome: string) => void;
  readonly partnerAnswered: (partner: string, result: string, seconds: number) => void;
  /** The same for a question in the background. */
  readonly partnerAskedAgain: (partner: string, result: string, seconds: number) => void;
  readonly settled: (action: string, result: string) => void;
  readonly reminded: (transactionId: string, number: number) => void;
}

/** The dependencies of the activities; the worker builds them once. */
export interface ActivityDeps {
  readonly db: Pool;
  /** For scoring on the answer path: its connections already hold the query plans. */
  readonly reads: Pool;
  /** For storing on the answer path: other work that holds the connections of `db` delays none. */
  readonly writes: Pool;
  readonly vault: Vault;
  readonly settings: Settings;
  /** The current policies and levers. */
  readonly controls: () => Controls;
  /** The current rule set in force, and the one on trial. */
  readonly rules: () => RulesInForce;
  /** Version 0. */
  readonly shipped: ShippedRules;
  readonly lookups: Lookups;
  readonly tokeniser: Tokeniser;
  /** The configured partners. Any other gets no call and has no vote. */
  readonly partners: Readonly<Partial<Record<VotingPartner, Partner>>>;
  /** Sardine's client, for feedback; undefined when it is not configured. */
  readonly sardine: Sardine | undefined;
  readonly oms: Oms;
  readonly pace: SettlePace;
  /** Undefined without a mail server: alerts are not mailed. */
  readonly mail: Mail | undefined;
  /** Undefined when its alerts are not polled: they arrive by push only. */
  readonly sparkfly: Sparkfly | undefined;
  readonly reports: Reports;
  /** Tells the API that waits for an order's answer. Returns at once and never throws. */
  readonly announce: (decided: DecidedNotice) => void;
  readonly scores: Scores;
  readonly answers: AnswerKeeper;
  readonly justDecided: JustDecided;
  readonly now: () => Date;
}

/** Those that the worker gives; the activities of a process build the others for themselves. */
export type GivenDeps = Omit<ActivityDeps, 'scores' | 'justDecided'>;
