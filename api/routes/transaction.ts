import { Hono } from 'hono';
import { isStorable } from '../../contracts/faults.js';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import { readRecord } from '../../services/transactions/read-record.js';
import { receiveTransaction } from '../../services/transactions/receive.js';
import { answerTransaction } from '../answer-transaction.js';
import { type Authenticate, authorise } from '../authorise.js';
import { answerDeadlineMs, withinDeadline } from '../deadline.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';
import { readJson } from '../read-json.js';

/** `POST /transaction` and `GET /transaction/{transactionId}`. */
export const transactionRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .post('/transaction', authorise(authenticate, ['oms']), async (c) => {
      const parsed = parseTransaction(await readJson(c));
      if (!parsed.ok) throw badRequest(parsed.faults);
      const received = receiveTransaction(deps.tokeniser, parsed.value);
      const deadlineMs = answerDeadlineMs(deps.policy.budgetMs);
      const work = answerTransaction(deps, received, deadlineMs);
      const answer = await withinDeadline(deadlineMs, work);
      c.header('X-Transaction-Status', answer.inReview ? 'in_review' : 'decided');
      if (answer.replayed) c.header('Idempotent-Replayed', 'true');
      return c.body(answer.text, 200, { 'Content-Type': 'application/json' });
    })
    .get(
      '/transaction/:transactionId',
      authorise(authenticate, ['oms', 'reviewer', 'analyst']),
      async (c) => {
        const source = { db: deps.pool, vault: deps.vault };
        const id = c.req.param('transactionId');
        const record = isStorable(id)
          ? await readRecord(source, c.get('holder'), id, deps.now())
          : undefined;
        if (record === undefined) throw fault(404, 'unknown_transaction', 'no such transaction');
        return c.json(record);
      },
    );
