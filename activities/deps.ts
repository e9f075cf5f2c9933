import type { Controls } from '../contracts/controls.js';
import type { Settings } from '../contracts/settings.js';
import type { Pool } from '../db/pool.js';
import type { Lookups } from '../domain/lookups.js';
import type { RulesInForce } from '../domain/rules/in-force.js';
import type { Partner } from '../partners/call.js';
import type { Mail } from '../partners/mail/client.js';
import type { Oms } from '../partners/oms/client.js';
import type { Sardine } from '../partners/sardine/client.js';
import type { Sparkfly } from '../partners/sparkfly/client.js';
import type { Tokeniser, Vault } from '../services/context.js';
import type { Scores } from './score-cache.js';

/** What the steps report about themselves; labels are closed sets, never ids. */
export interface Reports {
  readonly alarm: (
    code:
      | 'accepted_then_rejected'
      | 'feedback_given_up'
      | 'notification_refused'
      | 'oms_refused'
      | 'oms_unauthorized'
      | 'partner_answer_lost'
      | 'rule_errored'
      | 'settlement_contradicts'
      | 'sparkfly_failed'
      | 'sparkfly_unauthorized',
    fields?: Readonly<Record<string, string>>,
  ) => void;
  readonly decided: (banner: string, outcome: string) => void;
  readonly partnerAnswered: (partner: string, result: string, seconds: number) => void;
  /** The same for a question outside an answer. */
  readonly partnerAskedAgain: (partner: string, result: string, seconds: number) => void;
  readonly settled: (action: string, result: string) => void;
  readonly reminded: (transactionId: string, number: number) => void;
}

/** All that the activities need; built once by the worker. */
export interface ActivityDeps {
  readonly db: Pool;
  /** For what the score reads while a caller waits: its connections have planned that already. */
  readonly reads: Pool;
  readonly vault: Vault;
  readonly settings: Settings;
  /** Policies and levers as they are now. */
  readonly controls: () => Controls;
  /** The rule set in force, and the one on trial, as they are now. */
  readonly rules: () => RulesInForce;
  readonly lookups: Lookups;
  readonly tokeniser: Tokeniser;
  /** Undefined when the partner is disabled: no call, no vote. */
  readonly sardine: Sardine | undefined;
  readonly yleo: Partner | undefined;
  readonly oms: Oms;
  /** Undefined without a mail server: nobody is told of alerts. */
  readonly mail: Mail | undefined;
  /** Undefined when its alerts are not looked for: they come by push only. */
  readonly sparkfly: Sparkfly | undefined;
  readonly reports: Reports;
  readonly scores: Scores;
  readonly now: () => Date;
}
