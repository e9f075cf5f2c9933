import type { Context } from 'hono';
import type { Controls } from '../contracts/controls.js';
import type { Banner } from '../contracts/hbc/transaction.js';
import type { Policy } from '../contracts/policy.js';
import type { Settings } from '../contracts/settings.js';
import type { VotingPartner } from '../contracts/voting-partners.js';
import type { Pool } from '../db/pool.js';
import type { Refreshed } from '../runtime/live-value.js';
import type { Logger } from '../runtime/logger.js';
import type { Alarm, Metrics } from '../runtime/metrics.js';
import { holderOf } from '../services/accounts/account.js';
import type { Passwords } from '../services/accounts/passwords.js';
import type { Session } from '../services/accounts/sessions.js';
import { undoWindowOf } from '../services/accounts/undo-window.js';
import { acting, type Tokeniser, type Vault } from '../services/context.js';
import type { KeyHolder } from '../services/keys.js';
import type { FitWorkflows } from '../services/learned-points/create.js';
import type { RuleGuard } from '../services/rule-sets/guard.js';
import type { ShippedRules } from '../services/rule-sets/versions.js';
import type { ScreeningClient } from '../temporal/order-client.js';
import type { Runs } from '../temporal/order-runs.js';
import type { QueueCounts } from './queue-counts.js';
import type { LiveHub } from './live/hub.js';

/** Everything the console needs. `api/main.ts` builds it: the console shares the API's parts. */
export interface ConsoleDeps {
  readonly db: Pool;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
  readonly settings: Settings;
  readonly controls: Pick<Refreshed<Controls>, 'current' | 'refresh'>;
  readonly policyDefaults: Readonly<Record<Banner, Policy>>;
  readonly shippedRules: ShippedRules;
  readonly configuredPartners: readonly VotingPartner[];
  readonly passwords: Passwords;
  readonly screening: ScreeningClient;
  readonly runs: Runs;
  readonly learnedPoints: FitWorkflows;
  readonly ruleGuard: RuleGuard;
  /** How long a decision can be undone before the workflow gets it; milliseconds. */
  readonly undoWindowMs: number;
  /** How long a claim lasts that nobody keeps; milliseconds. */
  readonly claimTtlMs: number;
  /** Whether entries on the allow list need another person. */
  readonly fourEyes: boolean;
  /** Where Temporal's UI shows workflows, for links; undefined without a known UI. */
  readonly workflowsUrl?: string | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly alarm: Alarm;
  readonly now: () => Date;
  /** Tells open pages what happens to cases. */
  readonly live: LiveHub;
  /** How many cases each view of the queue has. */
  readonly counts: QueueCounts;
}

export type { Account } from '../services/accounts/account.js';
export type { Session } from '../services/accounts/sessions.js';

/** Variables that the console's middleware sets for its pages. */
export type ConsoleEnv = { Variables: { session: Session } };

/** Who acts in a request. */
export const actorOf = (c: Context<ConsoleEnv>): KeyHolder => holderOf(c.get('session').account);

/** The context of one call of a service, at the present instant. */
export const callOf = (deps: ConsoleDeps, c: Context<ConsoleEnv>) => {
  const undoWindowMs = undoWindowOf(deps, c.get('session').account);
  return acting({ ...deps, undoWindowMs }, actorOf(c));
};
