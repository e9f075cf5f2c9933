import { z } from 'zod';
import { storable } from '../../contracts/faults.js';
import { CaseChecklist } from '../../contracts/v1/case-work.js';
import {
  type CheckResult,
  readChecklist,
  tickItem,
  untickItem,
} from '../../services/cases/checklist.js';
import { busyCase, caseParams, noSuchCase, refusedCase } from '../case-answers.js';
import type { CallContext } from '../context.js';
import { fault } from '../faults.js';
import { found, pathPart, put, remove } from '../operation.js';

const itemMax = 500;

const params = {
  ...caseParams,
  item: pathPart(
    z.string().min(1).max(itemMax).check(storable),
    'The point, as it stands in the checklist.',
    'no such point',
  ),
};

const common = {
  roles: ['reviewer'],
  params,
  answer: CaseChecklist,
  returns: 'The checklist of the case as it is now.',
  faults: { 409: busyCase },
} as const;

const answerOf = async (context: CallContext, caseId: string, result: CheckResult) => {
  if (result.kind === 'no_such_item') throw fault(404, 'not_found', 'no such point');
  if (result.kind !== 'changed' && result.kind !== 'unchanged') throw refusedCase(result);
  return found(await readChecklist(context, caseId), noSuchCase);
};

/** The checklist of a case. */
export const checklistOperations = [
  put('/v1/cases/{caseId}/checklist/{item}', {
    ...common,
    summary: "Tick a point of the case's checklist.",
    description: 'The next reviewer sees who ticked what, and when. Who ticked it first stays.',
    handle: async (context, { params: { caseId, item } }) =>
      answerOf(context, caseId, await tickItem(context, caseId, item)),
  }),
  remove('/v1/cases/{caseId}/checklist/{item}', {
    ...common,
    summary: "Take a tick of the case's checklist back.",
    handle: async (context, { params: { caseId, item } }) =>
      answerOf(context, caseId, await untickItem(context, caseId, item)),
  }),
];
