import type { Banner } from '../contracts/hbc/transaction.js';
import type { Policy } from '../contracts/policy.js';
import { acting } from '../services/context.js';
import type { KeyHolder } from '../services/keys.js';
import { createReadinessCheck } from '../services/readiness.js';
import { createReportQueue } from '../services/turns.js';
import type { RuleGuard } from '../services/rule-sets/guard.js';
import type { LoadedVersions, ShippedRules } from '../services/rule-sets/versions.js';
import { type Admission, createAdmission } from './admission.js';
import { type AnsweredBodies, createAnsweredBodies } from './answered-bodies.js';
import type { ApiDeps } from './deps.js';
import { createPartnerMetrics } from './partner-metrics.js';

/** The API's dependencies and the state that one process keeps. */
export interface ApiContext extends ApiDeps {
  readonly admission: Admission;
  readonly answered: AnsweredBodies;
  readonly labelReports: ReturnType<typeof createReportQueue>;
  readonly trialReports: ReturnType<typeof createReportQueue>;
  /** Cache of rule-set versions that reports have loaded. */
  readonly loadedVersions: LoadedVersions;
  /** Lists the parts that are not ready for an order. */
  readonly findNotReady: ReturnType<typeof createReadinessCheck>;
  /** The OpenAPI document, generated on first use. */
  readonly openApiText: () => string;
  readonly partnerMetrics: () => Promise<string>;
}

/** The context of one call of an operation. */
export interface CallContext extends Omit<ApiContext, 'now'> {
  /** The instant of the call. */
  readonly now: Date;
  /** The caller: the holder of the key, wherever the operation needs one. */
  readonly actor: KeyHolder;
  /** Aliases under the names that services use. */
  readonly shipped: ShippedRules;
  readonly guard: RuleGuard;
  readonly defaults: Readonly<Record<Banner, Policy>>;
  /** The process's context, for work that outlives the call. */
  readonly api: ApiContext;
}

/** Builds the context of one call. */
export const contextOf = (api: ApiContext, actor: KeyHolder): CallContext => ({
  ...acting(api, actor),
  shipped: api.shippedRules,
  guard: api.ruleGuard,
  defaults: api.policyDefaults,
  api,
});

/** Builds the context of one API process. */
export const createContext = (deps: ApiDeps, openApiText: () => string): ApiContext => ({
  ...deps,
  admission: createAdmission(deps),
  answered: createAnsweredBodies(),
  labelReports: createReportQueue(),
  trialReports: createReportQueue(),
  loadedVersions: new Map(),
  findNotReady: createReadinessCheck(deps),
  openApiText,
  partnerMetrics: createPartnerMetrics(deps),
});
