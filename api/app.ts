import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { createAuthenticate } from './authorise.js';
import { limitBody } from './body-limit.js';
import { createContext } from './context.js';
import type { ApiDeps, ApiEnv } from './deps.js';
import { fault, faultOf } from './faults.js';
import { mountDeadlines, mountOperations } from './mount.js';
import { noStore } from './no-store.js';
import { observe } from './observe.js';
import { openApiDocument } from './openapi/document.js';
import { operations } from './operations.js';

const createOpenApiText = () => {
  let text: string | undefined;
  return () => (text ??= JSON.stringify(openApiDocument(operations)));
};

/** The HTTP application. It answers every fault as an array of errors. */
export const createApp = (deps: ApiDeps): Hono<ApiEnv> => {
  const authenticate = createAuthenticate(deps);
  const app = new Hono<ApiEnv>();
  app.use(observe(deps));
  app.use(secureHeaders());
  app.use(noStore);
  // Before all middleware that may wait: the deadline counts from the arrival of the request.
  mountDeadlines(app, operations, deps);
  app.use(limitBody);
  mountOperations(app, operations, createContext(deps, createOpenApiText()), authenticate);
  app.notFound(() => {
    throw fault(404, 'not_found', 'no such route; /docs lists all of them with their methods');
  });
  app.onError((error, c) => {
    // The deadline has already answered this request.
    if (c.finalized) return c.res;
    const known = faultOf(error);
    if (known === undefined) deps.logger.error({ err: error }, 'an unforeseen fault');
    const answer = known ?? fault(500, 'internal_error', 'something went wrong on our side');
    if (answer.retryAfterSeconds !== undefined) {
      c.header('Retry-After', String(answer.retryAfterSeconds));
    }
    if (answer.status === 401) c.header('WWW-Authenticate', 'Bearer');
    // The rest of the body stays unread, so this connection cannot carry another request.
    if (answer.status === 413) c.header('Connection', 'close');
    return c.json(answer.errors, answer.status as ContentfulStatusCode);
  });
  return app;
};
