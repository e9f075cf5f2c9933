import { CaseNote } from '../../contracts/v1/cases.js';
import {
  CaseWork,
  EscalationRequest,
  HoldRequest,
  NoteRequest,
  tagText,
  TagRequest,
} from '../../contracts/v1/case-work.js';
import { endEscalation, escalateCase } from '../../services/cases/escalations.js';
import { endHold, holdCase } from '../../services/cases/holds.js';
import { addNote } from '../../services/cases/notes.js';
import { addTag, removeTag } from '../../services/cases/tags.js';
import {
  busyCase as busy,
  caseParams as params,
  noSuchCase,
  refusedCase,
  workOf,
} from '../case-answers.js';
import { badRequest, fault } from '../faults.js';
import { pathPart, post, remove } from '../operation.js';

const roles = ['reviewer'] as const;
const returns = 'Where the work on the case stands now.';

/** What reviewers write on a case: escalations, holds, notes and tags. */
export const markOperations = [
  post('/v1/cases/{caseId}/escalation', {
    summary: 'Escalate a case to the team leads.',
    description: 'It comes first in the queue, your claim ends, and the reason becomes a note.',
    roles,
    params,
    body: EscalationRequest,
    examples: { ring: { reason: 'Part of a ring of eleven orders.' } },
    answer: CaseWork,
    returns,
    faults: { 409: busy },
    handle: async (context, { params: { caseId }, body }) => {
      const result = await escalateCase(context, caseId, body);
      if (result.kind !== 'escalated') throw refusedCase(result);
      return workOf(context, caseId);
    },
  }),
  remove('/v1/cases/{caseId}/escalation', {
    summary: 'Take an escalation back.',
    roles: ['lead'],
    params,
    answer: CaseWork,
    returns,
    faults: { 409: busy },
    handle: async (context, { params: { caseId } }) => {
      const result = await endEscalation(context, caseId);
      if (result.kind !== 'ended') throw refusedCase(result);
      return workOf(context, caseId);
    },
  }),
  post('/v1/cases/{caseId}/hold', {
    summary: 'Hold a case until a time.',
    description: 'Until then it comes last in the queue. Its review deadline stays.',
    roles,
    params,
    body: HoldRequest,
    examples: { call: { until: '2099-11-28T16:00:00Z', reason: 'The bank calls back at four.' } },
    answer: CaseWork,
    returns,
    faults: { 409: busy },
    handle: async (context, { params: { caseId }, body }) => {
      const result = await holdCase(context, caseId, body);
      if (result.kind === 'in_past') {
        throw badRequest([{ error: 'invalid_value', message: '$.until must lie ahead' }]);
      }
      if (result.kind !== 'held') throw refusedCase(result);
      return workOf(context, caseId);
    },
  }),
  remove('/v1/cases/{caseId}/hold', {
    summary: 'End the hold of a case.',
    roles,
    params,
    answer: CaseWork,
    returns,
    faults: { 409: busy },
    handle: async (context, { params: { caseId } }) => {
      const result = await endHold(context, caseId);
      if (result.kind !== 'ended') throw refusedCase(result);
      return workOf(context, caseId);
    },
  }),
  post('/v1/cases/{caseId}/notes', {
    summary: 'Add a note to a case, open or closed.',
    description: 'Accounts that the text names with `@`, or `mentions` lists, are notified.',
    roles,
    params,
    body: NoteRequest,
    examples: { mention: { text: '@lead the shopper calls back at four' } },
    answer: CaseNote,
    returns: { 201: 'The note.' },
    handle: async (context, { params: { caseId }, body: { text, mentions = [] } }) => {
      const result = await addNote(context, caseId, { text, mentions });
      if (result.kind === 'unknown') throw noSuchCase();
      return result.note;
    },
  }),
  post('/v1/cases/{caseId}/tags', {
    summary: 'Add a tag to a case, open or closed.',
    roles,
    params,
    body: TagRequest,
    examples: { ring: { tag: 'gift-ring' } },
    answer: CaseWork,
    returns,
    handle: async (context, { params: { caseId }, body }) => {
      const { kind } = await addTag(context, caseId, body.tag);
      if (kind === 'unknown') throw noSuchCase();
      return workOf(context, caseId);
    },
  }),
  remove('/v1/cases/{caseId}/tags/{tag}', {
    summary: 'Remove a tag from a case.',
    roles,
    params: { ...params, tag: pathPart(tagText, 'The tag.', 'no such tag') },
    answer: CaseWork,
    returns,
    handle: async (context, { params: { caseId, tag: name } }) => {
      const { kind } = await removeTag(context, caseId, name);
      if (kind === 'unknown') throw noSuchCase();
      if (kind === 'unchanged') throw fault(404, 'not_found', 'no such tag');
      return workOf(context, caseId);
    },
  }),
];
