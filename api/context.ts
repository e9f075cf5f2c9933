import type { Banner } from '../contracts/hbc/transaction.js';
import type { Policy } from '../contracts/policy.js';
import { acting } from '../services/context.js';
import type { KeyHolder } from '../services/keys.js';
import { createReadinessCheck } from '../services/readiness.js';
import { createReportQueue } from '../services/report-queue.js';
import type { RuleGuard } from '../services/rule-sets/guard.js';
import type { LoadedVersions, ShippedRules } from '../services/rule-sets/versions.js';
import { type Admission, createAdmission } from './admission.js';
import type { ApiDeps } from './deps.js';
import { createPartnerMetrics } from './partner-metrics.js';

/** All that the API was given, and what one process of it keeps. */
export interface ApiContext extends ApiDeps {
  readonly admission: Admission;
  readonly labelReports: ReturnType<typeof createReportQueue>;
  readonly trialReports: ReturnType<typeof createReportQueue>;
  /** Versions of rule sets that reports have read. */
  readonly loadedVersions: LoadedVersions;
  /** The parts that are not ready for an order. */
  readonly findNotReady: ReturnType<typeof createReadinessCheck>;
  /** The OpenAPI document, made when it is first asked for. */
  readonly openApiText: () => string;
  readonly partnerMetrics: () => Promise<string>;
}

/** What one call of an operation works with. */
export interface CallContext extends Omit<ApiContext, 'now'> {
  /** The instant of the call. */
  readonly now: Date;
  /** Who asks; a holder of a key wherever one is needed. */
  readonly actor: KeyHolder;
  /** Under the names that services give them. */
  readonly shipped: ShippedRules;
  readonly guard: RuleGuard;
  readonly defaults: Readonly<Record<Banner, Policy>>;
  /** The same for what goes on beyond the call. */
  readonly api: ApiContext;
}

/** The context of one call. */
export const contextOf = (api: ApiContext, actor: KeyHolder): CallContext => ({
  ...acting(api, actor),
  shipped: api.shippedRules,
  guard: api.ruleGuard,
  defaults: api.policyDefaults,
  api,
});

/** The context of one API process. */
export const createContext = (deps: ApiDeps, openApiText: () => string): ApiContext => ({
  ...deps,
  admission: createAdmission(deps),
  labelReports: createReportQueue(),
  trialReports: createReportQueue(),
  loadedVersions: new Map(),
  findNotReady: createReadinessCheck(deps),
  openApiText,
  partnerMetrics: createPartnerMetrics(deps),
});
