import type { Pool } from '../db/pool.js';
import { createReadinessCheck, type NotReady } from '../services/readiness.js';
import { createReportQueue, type ReportQueue } from '../services/report-queue.js';
import type { LoadedVersions } from '../services/rule-sets/versions.js';
import { type Admission, createAdmission } from './admission.js';
import type { ApiDeps } from './deps.js';
import { createPartnerMetrics } from './partner-metrics.js';

/** What operations work with: all that the API was given, and what one process of it keeps. */
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
