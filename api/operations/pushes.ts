import type { Context } from 'hono';
import { SuspectedFraudAnswer, SuspectedFraudPush } from '../../contracts/aifi/push.js';
import { keepPush } from '../../services/evidence/aifi-pushes.js';
import { badRequest } from '../faults.js';
import { post, tagged } from '../operation.js';
import { parseJson } from '../read-json.js';
import { refuseCompressed } from '../utf8.js';

/** Ignores the media type: AiFi may never resend a refused push. */
const readPushed = async (c: Context): Promise<unknown> => {
  refuseCompressed(c);
  return parseJson(await c.req.text());
};

const tag = {
  name: 'Pushes',
  description: "AiFi's pushes. The API stores each with one write; a worker processes it later.",
};

export const pushOperations = tagged(tag, [
  post('/api/push/suspected-fraud', {
    summary: "Receive AiFi's suspicion of a shopper. Verdict stores any JSON object, once.",
    roles: ['aifi'],
    takesAnyQuery: true,
    ownBody: SuspectedFraudPush,
    examples: {
      suspicion: {
        session: { sessionId: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff', suspectedFraud: true },
        customer: { externalId: 'acc-1001' },
        timeOfIssue: '2026-11-28T10:15:00Z',
      },
    },
    answer: SuspectedFraudAnswer,
    returns: 'The push is stored; the answer says no more.',
    faults: { 400: 'The body is not a JSON object.' },
    handle: async (context, { c }) => {
      const kept = await keepPush(context, await readPushed(c));
      if (kept === undefined) {
        throw badRequest([{ error: 'invalid_value', message: '$ must be an object' }]);
      }
      if (kept.isNew) context.nudgeAifi();
      return {};
    },
  }),
]);
