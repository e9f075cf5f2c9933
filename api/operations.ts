import type { Operation } from './operation.js';
import { alertOperations } from './operations/alerts.js';
import { backtestOperations } from './operations/backtests.js';
import { caseWorkOperations } from './operations/case-work.js';
import { caseOperations } from './operations/cases.js';
import { codecOperations } from './operations/codec.js';
import { documentationOperations } from './operations/documentation.js';
import { draftOperations } from './operations/drafts.js';
import { driftOperations } from './operations/drift.js';
import { importOperations } from './operations/imports.js';
import { labelOperations } from './operations/labels.js';
import { learnedPointsOperations } from './operations/learned-points.js';
import { listOperations } from './operations/lists.js';
import { loyaltyOperations } from './operations/loyalty.js';
import { operationsOperations } from './operations/operations.js';
import { partnerOperations } from './operations/partners.js';
import { policyOperations } from './operations/policies.js';
import { proposalOperations } from './operations/proposals.js';
import { pushOperations } from './operations/pushes.js';
import { ruleSetOperations } from './operations/rule-sets.js';
import { ruleOperations } from './operations/rules.js';
import { screeningOperations } from './operations/screening.js';
import { trialOperations } from './operations/trials.js';

/** Every operation. The application mounts these, and the OpenAPI document describes them. */
export const operations: readonly Operation[] = [
  ...screeningOperations,
  ...caseOperations,
  ...caseWorkOperations,
  ...ruleOperations,
  ...policyOperations,
  ...partnerOperations,
  ...proposalOperations,
  ...labelOperations,
  ...importOperations,
  ...listOperations,
  ...backtestOperations,
  ...ruleSetOperations,
  ...draftOperations,
  ...trialOperations,
  ...driftOperations,
  ...learnedPointsOperations,
  ...alertOperations,
  ...loyaltyOperations,
  ...pushOperations,
  ...operationsOperations,
  ...codecOperations,
  ...documentationOperations,
];
