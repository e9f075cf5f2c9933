import type { Pool } from '../db/pool.js';
import type { KeyHolder } from '../services/keys.js';
import { createReadinessCheck, type NotReady } from '../services/readiness.js';
import { createReportQueue, type ReportQueue } from '../services/report-queue.js';
import type { LoadedVersions } from '../services/rule-sets/versions.js';
import { type Admission, createAdmission } from './admission.js';
import type { ApiDeps } from './deps.js';
import { createPartnerMetrics } from './partner-metrics.js';

/** All that the API was given, and what one process of it keeps. */
export interface ApiContext extends ApiDeps {
  readonly db: Pool;
  readonly admission: Admission;
  readonly labelReports: ReportQueue;
  readonly trialReports: ReportQueue;
  /** Versions of rule sets that reports have read. */
  readonly loadedVersions: LoadedVersions;
  /** The parts that are not ready for an order. */
  readonly findNotReady: () => Promise<readonly NotReady[]>;
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
  /** The same for what goes on beyond the call. */
  readonly api: ApiContext;
}

/** The context of one call. */
export const contextOf = (api: ApiContext, actor: KeyHolder): CallContext => ({
  ...api,
  now: api.now(),
  actor,
  api,
});

/** The context of one API process. */
export const createContext = (deps: ApiDeps, openApiText: () => string): ApiContext => ({
  ...deps,
  db: deps.pool,
  admission: createAdmission(deps),
  labelReports: createReportQueue(),
  trialReports: createReportQueue(),
  loadedVersions: new Map(),
  findNotReady: createReadinessCheck(deps),
  openApiText,
  partnerMetrics: createPartnerMetrics(deps),
});
