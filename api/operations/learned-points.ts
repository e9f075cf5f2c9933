import {
  NewPointsFit,
  PointsFit,
  PointsFitCancellation,
  PointsFitPage,
  PointsFitQuery,
  PointsFitSummary,
} from '../../contracts/v1/points-fits.js';
import type { Role } from '../../contracts/v1/roles.js';
import { cancelPointsFit, startPointsFit } from '../../services/learned-points/create.js';
import {
  listPointsFits,
  readFitCursor,
  readPointsFit,
} from '../../services/learned-points/read.js';
import type { CallContext } from '../context.js';
import { badRequest } from '../faults.js';
import { found, get, idPart, post, tagged } from '../operation.js';
import { placeOf } from '../parsed.js';

const readers: readonly Role[] = ['analyst', 'operator', 'reviewer'];
const writers: readonly Role[] = ['analyst'];

const params = { fitId: idPart("The fit's id.", 'no such fit') };
const noSuch = params.fitId.missing;

const start = async (context: CallContext, request: NewPointsFit): Promise<PointsFitSummary> => {
  const created = await startPointsFit(context, request);
  switch (created.kind) {
    case 'created':
      return created.fit;
    case 'wrong_period': {
      const message = `$.${created.field} ${created.message}`;
      throw badRequest([{ error: 'invalid_value', message }]);
    }
    default:
      return created satisfies never;
  }
};

const tag = {
  name: 'Learned points',
  description:
    'Points of the rules in force, learned from labels. Each fit runs in a workflow of its own ' +
    'and proposes a draft; nothing comes into force by itself.',
};

export const learnedPointsOperations = tagged(tag, [
  post('/v1/rule-sets/proposals', {
    summary: 'Learn the points and bands of the rules in force from labels, and propose a draft.',
    roles: writers,
    body: NewPointsFit,
    examples: {
      quarter: {
        from: '2026-05-01T00:00:00Z',
        cut: '2026-10-01T00:00:00Z',
        costs: { chargeback: 250, lostSale: 60, reviewMinute: 0.8, minutesPerReview: 4 },
        reviewsPerDay: 120,
        note: 'before the peak season',
      },
    },
    answer: PointsFitSummary,
    returns: 'The fit, which has started.',
    handle: (context, { body }) => start(context, body),
  }),
  get('/v1/rule-sets/proposals', {
    summary: 'List the fits, latest first, with their progress.',
    roles: readers,
    query: PointsFitQuery,
    answer: PointsFitPage,
    returns: 'A page of fits, latest first.',
    handle: (context, { query: { cursor, limit } }) =>
      listPointsFits(context, { after: placeOf(cursor, readFitCursor), limit }),
  }),
  get('/v1/rule-sets/proposals/{fitId}', {
    summary: 'Read one fit: its progress, and its result once it is done.',
    roles: readers,
    params,
    answer: PointsFit,
    returns: 'The fit.',
    handle: async (context, { params: { fitId } }) =>
      found(await readPointsFit(context, fitId), noSuch),
  }),
  post('/v1/rule-sets/proposals/{fitId}/cancellation', {
    summary: 'Cancel a fit; one that has ended is returned unchanged.',
    roles: writers,
    params,
    body: PointsFitCancellation,
    examples: { noted: { note: 'wrong costs' } },
    answer: PointsFitSummary,
    returns: 'The current fit.',
    handle: async (context, { params: { fitId }, body: { note } }) =>
      found(await cancelPointsFit(context, fitId, note), noSuch),
  }),
]);
