import {
  BulkDecisionRequest,
  BulkReport,
  CaseSearchRequest,
  FoundCases,
  MentionPage,
  MentionsRead,
  MentionsReadRequest,
} from '../../contracts/v1/case-work.js';
import {
  type BulkOutcome,
  type BulkResult,
  decideCases,
  previewBulk,
} from '../../services/cases/bulk.js';
import { listMentions, readMentions } from '../../services/cases/mentions.js';
import { searchCases } from '../../services/cases/search.js';
import { refusedDecision } from '../case-answers.js';
import { tryAgain } from '../faults.js';
import { get, post } from '../operation.js';

const roles = ['reviewer'] as const;

/** One case of a report, with the fault that deciding it alone would have. */
const printResult = ({ caseId, result }: BulkResult): BulkReport['results'][number] => {
  if (result.kind === 'pending' || result.kind === 'awaiting_second') {
    return { caseId, state: result.kind, error: null, message: null };
  }
  const { errors } =
    result.kind === 'try_again'
      ? tryAgain('the case could not be decided now; send it again')
      : refusedDecision(result);
  const [{ error, message } = { error: 'internal_error' as const, message: '' }] = errors;
  return { caseId, state: null, error, message };
};

const printReport = ({ results: given, totals }: BulkOutcome): BulkReport => {
  const results = given.map(printResult);
  const decided = results.filter(({ state }) => state !== null).length;
  return { decided, failed: results.length - decided, totals: [...totals], results };
};

const bulkExamples = {
  ring: {
    caseIds: ['00000000-0000-4000-8000-0000000ca5e0'],
    recommendationCode: 'reject',
    reasonCode: 'linked_to_fraud',
  },
};

/** What reviewers do with several cases, and their notifications. */
export const bulkOperations = [
  post('/v1/cases/search', {
    summary: 'Find cases by a number, an e-mail, an account, or digits of a card.',
    description:
      'By order number, transaction or case id, e-mail, account, or a card by its last four ' +
      'digits, with or without the first six. At most fifty, open and closed.',
    roles: ['reviewer', 'analyst'],
    body: CaseSearchRequest,
    examples: { email: { text: 'dana@example.com' }, card: { text: '411111 1111' } },
    answer: FoundCases,
    returns: 'The cases; of each reading of the text, the latest first.',
    handle: async (context, { body: { text } }) => ({ cases: await searchCases(context, text) }),
  }),
  post('/v1/cases/bulk-decision/preview', {
    summary: 'Show what deciding several cases would do.',
    roles,
    body: BulkDecisionRequest,
    examples: bulkExamples,
    answer: BulkReport,
    returns: 'What would be decided, and what would fail and why.',
    handle: async (context, { body: { caseIds, ...request } }) =>
      printReport(await previewBulk(context, caseIds, request)),
  }),
  post('/v1/cases/bulk-decision', {
    summary: 'Decide several cases in the same way.',
    description: 'Each is decided by itself, and each can be undone like any other decision.',
    roles,
    body: BulkDecisionRequest,
    examples: bulkExamples,
    answer: BulkReport,
    returns: { 202: 'What was decided, and what failed and why.' },
    handle: async (context, { body: { caseIds, ...request } }) =>
      printReport(await decideCases(context, caseIds, request)),
  }),
  get('/v1/mentions', {
    summary: 'List the notes that mention you and that you have not read.',
    roles: ['reviewer', 'analyst', 'operator'],
    answer: MentionPage,
    returns: 'Unread mentions, latest first.',
    handle: async (context) => ({ mentions: await listMentions(context) }),
  }),
  post('/v1/mentions/read', {
    summary: 'Mark mentions of you as read.',
    roles: ['reviewer', 'analyst', 'operator'],
    body: MentionsReadRequest,
    examples: { one: { mentionIds: [1] } },
    answer: MentionsRead,
    returns: 'How many of them were unread.',
    handle: async (context, { body }) => ({ read: await readMentions(context, body.mentionIds) }),
  }),
];
