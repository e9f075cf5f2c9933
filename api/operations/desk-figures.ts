import {
  AssignmentReport,
  BulkAssignmentRequest,
  DeskFigures,
  DeskFiguresQuery,
} from '../../contracts/v1/desk-figures.js';
import { type AssignmentResult, assignCases } from '../../services/cases/bulk-assignment.js';
import {
  readDeskQueue,
  readOwnFigures,
  readTeamFigures,
  type ReviewerFigures,
} from '../../services/desk-figures/figures.js';
import { isLead, refusedCase } from '../case-answers.js';
import { fault, tryAgain } from '../faults.js';
import { get, post } from '../operation.js';

const printFigures = ({ periods, ...figures }: ReviewerFigures) => ({
  ...figures,
  periods: periods.map((period) => ({ ...period, from: period.from.toISOString() })),
});

/** One case of a report, with the fault that assigning it alone would have. */
const printResult = ({ caseId, result }: AssignmentResult): AssignmentReport['results'][number] => {
  if (result.kind === 'claimed') return { caseId, error: null, message: null };
  const { errors } =
    result.kind === 'try_again'
      ? tryAgain('the case could not be assigned now; send it again')
      : refusedCase(result);
  const [{ error, message } = { error: 'internal_error' as const, message: '' }] = errors;
  return { caseId, error, message };
};

const printReport = (given: readonly AssignmentResult[]): AssignmentReport => {
  const results = given.map(printResult);
  const assigned = results.filter(({ error }) => error === null).length;
  return { assigned, failed: results.length - assigned, results };
};

/** Figures of reviewers' work, and what team leads do with them. */
export const deskOperations = [
  get('/v1/desk/figures', {
    summary: 'Read what reviewers decided today and in the last 7 and 28 days.',
    description:
      'By default your own figures. `all` and the figures of others are for team leads. Days ' +
      'begin at midnight in `zone`; today is the last of the 7 and of the 28.',
    roles: ['reviewer'],
    query: DeskFiguresQuery,
    answer: DeskFigures,
    returns: 'The figures of one reviewer or of each, and the open cases by age.',
    handle: async (context, { query: { reviewer: asked, zone } }) => {
      const reviewer = asked === 'me' ? context.actor.name : asked;
      if (reviewer !== context.actor.name && !isLead(context)) {
        throw fault(403, 'forbidden', 'only a lead may read the figures of others');
      }
      const [queue, figures] = await Promise.all([
        readDeskQueue(context),
        reviewer === 'all'
          ? readTeamFigures(context, { zone })
          : readOwnFigures(context, { reviewer, zone }).then((own) => [own]),
      ]);
      const at = context.now.toISOString();
      return { at, zone, queue, reviewers: figures.map(printFigures) };
    },
  }),
  post('/v1/cases/bulk-assignment', {
    summary: 'Give several cases to a reviewer, whoever has claimed them.',
    description:
      'Each is given by itself, with the reason as its note. It waits for its reviewer until it ' +
      'is due, for at most eight hours.',
    roles: ['lead'],
    body: BulkAssignmentRequest,
    examples: {
      toAnn: {
        caseIds: ['00000000-0000-4000-8000-0000000ca5e0'],
        assignee: 'reviewer:ann',
        reason: 'Ann knows this ring.',
      },
    },
    answer: AssignmentReport,
    returns: 'What was assigned, and what failed and why.',
    handle: async (context, { body: { caseIds, assignee: to, reason } }) =>
      printReport(await assignCases(context, caseIds, { to, reason })),
  }),
];
