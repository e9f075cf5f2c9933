import { WaitingDecision } from '../../contracts/v1/cases.js';
import {
  AssignmentRequest,
  CaseDecisionRequest,
  CaseWork,
  ClaimRequest,
  NextCase,
  NextCaseRequest,
  NoFields,
} from '../../contracts/v1/case-work.js';
import {
  claimCase,
  claimNext,
  keepClaim,
  reassignCase,
  releaseCase,
  takeOverCase,
} from '../../services/cases/claims.js';
import { decideCase, type DecisionResult, undoDecision } from '../../services/cases/decisions.js';
import { printWaiting } from '../../services/cases/summary.js';
import {
  busyCase as busy,
  caseParams as params,
  isLead,
  noSuchCase,
  refusedCase,
  refusedDecision,
  workOf,
} from '../case-answers.js';
import { fault } from '../faults.js';
import { found, post, remove, Reply, tagged } from '../operation.js';
import { bulkOperations } from './case-bulk.js';
import { checklistOperations } from './case-checklist.js';
import { listingOperations } from './case-lists.js';
import { markOperations } from './case-marks.js';
import { deskOperations } from './desk-figures.js';

const tag = {
  name: 'Case work',
  description:
    'What reviewers do to cases: search, claim, decide, undo, escalate, hold, note, tag.',
};

const roles = ['reviewer'] as const;
const returns = 'Where the work on the case stands now.';

const waitingOf = (result: DecisionResult) => {
  if (result.kind !== 'pending') throw refusedDecision(result);
  return new Reply(202, found(printWaiting(result.decision) ?? undefined, noSuchCase));
};

const claimOperations = [
  post('/v1/cases/claim-next', {
    summary: 'Claim the first case of the queue that nobody has claimed.',
    description: 'Of two callers at the same instant, each gets another case.',
    roles,
    body: NextCaseRequest,
    isBodyOptional: true,
    examples: { any: {}, ofOneBanner: { banner: 's5a' } },
    answer: NextCase,
    returns: 'The claimed case; null when none is left.',
    handle: async (context, { body: { banner } }) => {
      const claimed = await claimNext(context, banner && { banners: [banner] });
      return { case: claimed ? await workOf(context, claimed.claim.caseId) : null };
    },
  }),
  post('/v1/cases/{caseId}/claim', {
    summary: 'Claim a case, so that nobody else decides it.',
    description:
      'A claim ends by itself after `CLAIM_TTL` unless a heartbeat keeps it. With a reason, it ' +
      'is taken from whoever holds it, and the reason becomes a note.',
    roles,
    params,
    body: ClaimRequest,
    isBodyOptional: true,
    examples: { plain: {}, takeOver: { takeOverReason: 'Ann is ill today.' } },
    answer: CaseWork,
    returns,
    faults: { 409: busy },
    handle: async (context, { params: { caseId }, body: { takeOverReason: reason } }) => {
      const result = await (reason === undefined
        ? claimCase(context, caseId)
        : takeOverCase(context, caseId, reason));
      if (result.kind !== 'claimed') throw refusedCase(result);
      return workOf(context, caseId);
    },
  }),
  post('/v1/cases/{caseId}/heartbeat', {
    summary: 'Keep your claim of a case.',
    roles,
    params,
    body: NoFields,
    isBodyOptional: true,
    examples: { any: {} },
    answer: CaseWork,
    returns,
    faults: { 409: '`claim_lost`: it has ended, or somebody has taken the case over.' },
    handle: async (context, { params: { caseId } }) => {
      const result = await keepClaim(context, caseId);
      const work = await workOf(context, caseId);
      if (result.kind === 'lost') throw fault(409, 'claim_lost', 'you do not hold the case');
      return work;
    },
  }),
  post('/v1/cases/{caseId}/release', {
    summary: 'Release your claim of a case.',
    roles,
    params,
    body: NoFields,
    isBodyOptional: true,
    examples: { any: {} },
    answer: CaseWork,
    returns,
    faults: { 409: '`claimed_by_another`: somebody else has claimed it.' },
    handle: async (context, { params: { caseId } }) => {
      const result = await releaseCase(context, caseId);
      if (result.kind !== 'released') throw refusedCase(result);
      return workOf(context, caseId);
    },
  }),
  post('/v1/cases/{caseId}/assignment', {
    summary: 'Give a case to a reviewer, whoever has claimed it.',
    roles: ['lead'],
    params,
    body: AssignmentRequest,
    examples: { toAnn: { assignee: 'reviewer:ann', reason: 'Ann knows this shopper.' } },
    answer: CaseWork,
    returns,
    faults: { 409: '`already_decided`: somebody has decided it. `case_closed`: it is withdrawn.' },
    handle: async (context, { params: { caseId }, body: { assignee: to, reason } }) => {
      const result = await reassignCase(context, caseId, { to, reason });
      if (result.kind !== 'claimed') throw refusedCase(result);
      return workOf(context, caseId);
    },
  }),
];

const decisionOperations = [
  post('/v1/cases/{caseId}/decision', {
    summary: 'Decide a case; it can be undone for `UNDO_WINDOW`.',
    description:
      'Then the workflow is told. Above the amount that the banner sets, another person must ' +
      'decide the same first; another outcome takes the place of the waiting one.',
    roles,
    params,
    body: CaseDecisionRequest,
    examples: {
      accept: { recommendationCode: 'accept', reasonCode: 'customer_confirmed' },
      reject: {
        recommendationCode: 'reject',
        reasonCode: 'stolen_card',
        remarks: 'The card holder called.',
      },
    },
    answer: WaitingDecision,
    returns: { 202: 'The decision waits until it can no longer be undone.' },
    faults: {
      400: 'Bad input, also a reason that the banner does not have.',
      409: `${busy} \`four_eyes\`: another person must confirm it.`,
    },
    handle: async (context, { params: { caseId }, body }) =>
      waitingOf(await decideCase(context, caseId, body)),
  }),
  remove('/v1/cases/{caseId}/decision', {
    summary: 'Undo a decision that no workflow has been told.',
    description: 'For who decided or confirmed it, and for leads. You hold the case again.',
    roles,
    params,
    answer: CaseWork,
    returns,
    faults: {
      403: 'Somebody else has decided it.',
      409: '`not_undoable`: no decision waits that can be undone, or its review has ended.',
    },
    handle: async (context, { params: { caseId } }) => {
      const result = await undoDecision(context, caseId, { isLead: isLead(context) });
      switch (result.kind) {
        case 'undone':
          return workOf(context, caseId);
        case 'not_undoable':
          throw fault(409, 'not_undoable', 'no decision waits that can be undone');
        case 'review_ended':
          throw fault(409, 'not_undoable', 'the review of this decision has ended');
        case 'decided_by_another':
          throw fault(403, 'forbidden', `only ${result.by} or a lead may undo it`);
        case 'unknown':
          throw noSuchCase();
        default:
          return result satisfies never;
      }
    },
  }),
];

export const caseWorkOperations = tagged(tag, [
  ...claimOperations,
  ...decisionOperations,
  ...markOperations,
  ...checklistOperations,
  ...bulkOperations,
  ...deskOperations,
  ...listingOperations,
]);
