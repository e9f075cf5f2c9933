import { Hono } from 'hono';
import { VerdictRequest } from '../../contracts/hbc/decision.js';
import {
  giveVerdict,
  type SubmitVerdict,
  type VerdictResult,
} from '../../services/cases/verdicts.js';
import { acting } from '../../services/context.js';
import { type Authenticate, authorise } from '../authorise.js';
import { leftMs } from '../deadline.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, tryAgain } from '../faults.js';
import { parsed } from '../parsed.js';
import { readJson } from '../read-json.js';
import { takeUpMissing } from '../take-up-missing.js';

const refuseUnlessTaken = (result: VerdictResult): void => {
  switch (result.kind) {
    case 'taken':
      return;
    case 'unknown_transaction': {
      const message = '$.transactionId is not known';
      throw badRequest([{ error: 'unknown_transaction', message }]);
    }
    case 'conflict': {
      const message = '$.recommendationCode differs from what was decided before';
      throw badRequest([{ error: 'decision_conflict', message }]);
    }
    case 'withdrawn': {
      const message = '$.transactionId is of an order that was withdrawn: it takes no verdict';
      throw badRequest([{ error: 'decision_conflict', message }]);
    }
    case 'try_again':
    case 'workflow_missing':
      throw tryAgain('the case cannot take a verdict now; send the same request again');
    default:
      return result satisfies never;
  }
};

/** `POST /decision`: a person's verdict. 200 only after the workflow has taken it. */
export const decisionRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>().post('/decision', authorise(authenticate, ['oms', 'reviewer']), async (c) => {
    const request = parsed(VerdictRequest, await readJson(c));
    const submitVerdict: SubmitVerdict = (id, message) =>
      deps.screening.submitVerdict(id, message, leftMs(c.get('answerBy')));
    const result = await giveVerdict(acting(deps, c.get('holder')), submitVerdict, request);
    if (result.kind === 'workflow_missing') await takeUpMissing(deps, request.transactionId);
    refuseUnlessTaken(result);
    return c.body(null, 200);
  });
