import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { createAdmission } from './admission.js';
import { createAuthenticate } from './authorise.js';
import { answerDeadlineMs, answerWithin } from './deadline.js';
import type { ApiDeps, ApiEnv } from './deps.js';
import { fault, faultOf } from './faults.js';
import { observe } from './observe.js';
import { aifiRoutes } from './routes/aifi.js';
import { alertRoutes } from './routes/alerts.js';
import { auditRoutes } from './routes/audit.js';
import { backtestRoutes } from './routes/backtests.js';
import { caseRoutes } from './routes/cases.js';
import { codecRoutes } from './routes/codec.js';
import { decisionRoutes } from './routes/decision.js';
import { docsRoutes } from './routes/docs.js';
import { healthRoutes } from './routes/health.js';
import { labelRoutes } from './routes/labels.js';
import { listRoutes } from './routes/lists.js';
import { operationRoutes } from './routes/operations.js';
import { partnerRoutes } from './routes/partners.js';
import { policyRoutes } from './routes/policies.js';
import { proposalRoutes } from './routes/proposals.js';
import { ruleSetRoutes } from './routes/rule-sets.js';
import { ruleRoutes } from './routes/rules.js';
import { settingsRoutes } from './routes/settings.js';
import { sparkflyRoutes } from './routes/sparkfly.js';
import { transactionRoutes } from './routes/transaction.js';
import { trialRoutes } from './routes/trials.js';
import { withdrawalRoutes } from './routes/withdrawal.js';

/** 1 MB holds the largest order the contract allows (500 items). */
const bodyBytesMax = 1_048_576;

/** Their callers wait for a decision of the workflow, and have a till or a person behind them. */
const pathsWithDeadline = [
  '/transaction',
  '/decision',
  '/v1/transactions/:transactionId/withdrawal',
];

/** The HTTP application; every fault leaves it as an array of errors. */
export const createApp = (deps: ApiDeps): Hono<ApiEnv> => {
  const authenticate = createAuthenticate(deps);
  const app = new Hono<ApiEnv>();
  app.use(observe(deps));
  app.use(secureHeaders());
  // First of all that may wait: the deadline counts from the moment at which the request came.
  const deadline = answerWithin(answerDeadlineMs(deps.policy.budgetMs));
  for (const path of pathsWithDeadline) app.post(path, deadline);
  const tooLarge = () => {
    throw fault(413, 'payload_too_large', 'the body must have at most 1 MB');
  };
  app.use(bodyLimit({ maxSize: bodyBytesMax, onError: tooLarge }));
  app.route('/', healthRoutes(deps, authenticate));
  app.route('/', transactionRoutes(deps, authenticate, createAdmission(deps)));
  app.route('/', decisionRoutes(deps, authenticate));
  app.route('/', withdrawalRoutes(deps, authenticate));
  app.route('/', caseRoutes(deps, authenticate));
  app.route('/', auditRoutes(deps, authenticate));
  app.route('/', policyRoutes(deps, authenticate));
  app.route('/', settingsRoutes(deps, authenticate));
  app.route('/', partnerRoutes(deps, authenticate));
  app.route('/', proposalRoutes(deps, authenticate));
  app.route('/', labelRoutes(deps, authenticate));
  app.route('/', backtestRoutes(deps, authenticate));
  app.route('/', listRoutes(deps, authenticate));
  app.route('/', alertRoutes(deps, authenticate));
  app.route('/', aifiRoutes(deps, authenticate));
  app.route('/', sparkflyRoutes(deps, authenticate));
  app.route('/', ruleSetRoutes(deps, authenticate));
  app.route('/', ruleRoutes(deps, authenticate));
  app.route('/', trialRoutes(deps, authenticate));
  app.route('/', operationRoutes(deps, authenticate));
  app.route('/', codecRoutes(deps, authenticate));
  app.route('/', docsRoutes());
  app.notFound(() => {
    throw fault(404, 'not_found', 'no such route');
  });
  app.onError((error, c) => {
    // The deadline has answered, and this came after it.
    if (c.finalized) return c.res;
    const known = faultOf(error);
    if (known === undefined) deps.logger.error({ err: error }, 'an unforeseen fault');
    const answer = known ?? fault(500, 'internal_error', 'something went wrong on our side');
    if (answer.retryAfterSeconds !== undefined) {
      c.header('Retry-After', String(answer.retryAfterSeconds));
    }
    if (answer.status === 401) c.header('WWW-Authenticate', 'Bearer');
    // The rest of the body is not read: another request on this connection would be lost.
    if (answer.status === 413) c.header('Connection', 'close');
    return c.json(answer.errors, answer.status as ContentfulStatusCode);
  });
  return app;
};
