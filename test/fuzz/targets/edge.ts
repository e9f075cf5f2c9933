import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiContext } from '../../../api/context.js';
import type { ApiEnv } from '../../../api/deps.js';
import { faultOf } from '../../../api/faults.js';
import { mountOperations } from '../../../api/mount.js';
import type { Operation } from '../../../api/operation.js';
import { operations } from '../../../api/operations.js';
import { claim, claimFaults, held } from '../claims.js';
import { anyRequest, type OperationRequest } from '../request.js';
import { inProcess } from '../target.js';

/** The operation with its real schemas, and a handler that answers what it was given. */
const echoing = (operation: Operation): Operation => {
  const { admit: _admit, admitAt: _admitAt, mountFiles: _files, ownBody, ...rest } = operation;
  const body = operation.body ?? ownBody;
  return {
    ...rest,
    ...(body && { body }),
    roles: [],
    handle: (_context, { query, params, body: parsed }) =>
      Promise.resolve(Response.json({ query, params, body: parsed })),
  };
};

const noContext = { now: () => new Date(0) } as unknown as ApiContext;

const createEdge = (): Hono<ApiEnv> => {
  const app = new Hono<ApiEnv>();
  const nobody = () => Promise.reject(new Error('no operation of the edge asks who calls'));
  mountOperations(app, operations.map(echoing), noContext, nobody);
  app.onError((error, c) => {
    const known = faultOf(error);
    if (known === undefined) throw error;
    return c.json(known.errors, known.status as ContentfulStatusCode);
  });
  app.notFound((c) => c.json([{ error: 'not_found', message: 'no such route' }], 404));
  return app;
};

const send = async (
  app: Hono<ApiEnv>,
  {
    method,
    target,
    headers,
    body,
  }: Pick<OperationRequest, 'method' | 'target' | 'headers'> & {
    readonly body: Uint8Array | undefined;
  },
): Promise<{ readonly status: number; readonly text: string }> => {
  const request = new Request(new URL(target, 'http://edge'), {
    method,
    headers: { ...headers },
    ...(body !== undefined && { body: new Uint8Array(body) }),
  });
  const answer = await held(() => app.fetch(request.clone()));
  return { status: answer.status, text: await answer.text() };
};

/** Orders and rules hold fields that are dropped, so that what was read is no whole body. */
const isWhole = ({ operation }: OperationRequest): boolean => operation.ownBody === undefined;

/**
 * What the API reads of a request, for every operation there is: accepted and read the same again,
 * or refused with faults.
 */
export const edge = inProcess<OperationRequest>('edge', 4, () => {
  const app = createEdge();
  return {
    cases: anyRequest,
    check: async (request) => {
      const first = await send(app, request);
      if (first.status !== 200) {
        claimFaults(first.status, first.text);
        return String(first.status);
      }
      const { body } = JSON.parse(first.text) as { body?: unknown };
      if (typeof body !== 'object' || !isWhole(request)) return '200';
      const again = await send(app, {
        ...request,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(body)),
      });
      claim(again.status === 200, `what was read is refused: ${again.text.slice(0, 300)}`);
      claim(again.text === first.text, `is read otherwise again: ${again.text.slice(0, 300)}`);
      return '200 twice';
    },
  };
});
