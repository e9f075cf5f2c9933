import {
  CaseListingRequest,
  SavedView,
  SavedViewRequest,
  SavedViews,
} from '../../contracts/v1/case-work.js';
import { AddedEntries } from '../../contracts/v1/lists.js';
import { type ListedResult, listSubjects } from '../../services/cases/list-subjects.js';
import { listViews, removeView, saveView } from '../../services/cases/views.js';
import { caseParams as params, isLead, noSuchCase } from '../case-answers.js';
import { badRequest, fault } from '../faults.js';
import { get, idPart, post, proposed, remove } from '../operation.js';

const roles = ['reviewer'] as const;

/** The position of a fault in the caller's body: which subject, not which entry, is unknown. */
const listedOf = (result: ListedResult) => {
  switch (result.kind) {
    case 'added':
      return { results: result.results };
    case 'proposed':
      return proposed(result);
    case 'unknown':
    case 'unknown_list':
      throw noSuchCase();
    case 'without_value': {
      const message = `$.subjects: the order has no ${result.subjects.join(' and no ')}`;
      throw badRequest([{ error: 'invalid_value', message }]);
    }
    case 'refused':
      throw badRequest(
        result.faults.map(({ code, message }) => ({
          error: code,
          message: `$.subjects ${message}`,
        })),
      );
    default:
      return result satisfies never;
  }
};

/** Lists fed from a case, and saved views of the queue. */
export const listingOperations = [
  post('/v1/cases/{caseId}/list-entries', {
    summary: "Put subjects of a case's order on the block or allow list.",
    description:
      'All or none: the card, the e-mail, the account, the device, the IP address, and every ' +
      'address that the order ships to.',
    roles,
    params,
    body: CaseListingRequest,
    examples: {
      block: { list: 'block', subjects: ['card', 'email'], reason: 'A stolen card.' },
    },
    answer: AddedEntries,
    returns: 'The entries, new or existing.',
    proposes: true,
    handle: async (context, { params: { caseId }, body }) =>
      listedOf(await listSubjects(context, caseId, body)),
  }),
  get('/v1/queue-views', {
    summary: 'List your saved views of the queue, and those that others share.',
    roles,
    answer: SavedViews,
    returns: 'Your views by name, then those of others.',
    handle: async (context) => ({ views: await listViews(context) }),
  }),
  post('/v1/queue-views', {
    summary: 'Save filters of the queue under a name.',
    description: 'A view of yours with this name takes the new filters.',
    roles,
    body: SavedViewRequest,
    examples: { late: { name: 'Late in Canada', query: 'banner=bay&view=overdue' } },
    answer: SavedView,
    returns: 'The view.',
    handle: (context, { body }) => saveView(context, body),
  }),
  remove('/v1/queue-views/{viewId}', {
    summary: 'Remove a saved view of yours; a lead removes any.',
    roles,
    params: { viewId: idPart("The view's id.", 'no such view') },
    returns: { 204: 'It is removed.' },
    handle: async (context, { params: { viewId }, c }) => {
      if (await removeView(context, viewId, { isLead: isLead(context) })) return c.body(null, 204);
      throw fault(404, 'not_found', 'no such view');
    },
  }),
];
