import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Authenticate, authorise } from './authorise.js';
import { type ApiContext, contextOf } from './context.js';
import { answerDeadlineMs, answerWithin } from './deadline.js';
import type { ApiEnv } from './deps.js';
import { refuseUnknownParameters } from './known-parameters.js';
import { type Operation, Reply, type Tools } from './operation.js';
import { parsed } from './parsed.js';
import { readCsv } from './csv.js';
import { readJson, readOptionalJson } from './read-json.js';

/** Converts `/v1/cases/{caseId}` to the router's `/v1/cases/:caseId`. */
const patternOf = ({ path }: Operation): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const paramsOf = ({ params = {} }: Operation, c: Context) =>
  Object.fromEntries(
    Object.entries(params).map(([name, { schema, missing }]) => {
      const read = schema.safeParse(c.req.param(name));
      if (!read.success) throw missing();
      return [name, read.data];
    }),
  );

const bodyOf = async ({ body, bodyType, isBodyOptional }: Operation, c: Context) => {
  if (body === undefined) return undefined;
  if (bodyType === 'text/csv') return readCsv(c);
  return parsed(body, await (isBodyOptional === true ? readOptionalJson(c) : readJson(c)));
};

/** The default status of an operation's answer. */
const statusOf = ({ returns }: Operation): ContentfulStatusCode => {
  const [first] = typeof returns === 'string' ? [200] : Object.keys(returns);
  return Number(first) as ContentfulStatusCode;
};

const handlerOf =
  (operation: Operation, context: ApiContext) =>
  async (c: Context<ApiEnv>): Promise<Response> => {
    const query = operation.query && parsed(operation.query, c.req.query());
    const params = paramsOf(operation, c);
    const body = await bodyOf(operation, c);
    const call = contextOf(context, c.get('holder'));
    const answer = await operation.handle(call, { query, params, body, c });
    if (answer instanceof Response) return answer;
    if (answer instanceof Reply) return c.json(answer.value, answer.status);
    // The declaration has checked the answer's type.
    const status = statusOf(operation);
    return answer === undefined ? c.body(null, status) : c.json(answer, status);
  };

/** First authorises the caller, then refuses unknown query parameters. */
const guardsOf = (operation: Operation, tools: Tools): MiddlewareHandler<ApiEnv>[] => {
  const { roles, admit, admitAt, takesAnyQuery, query } = operation;
  const names = Object.keys(query?.shape ?? {});
  const own = admit?.(tools) ?? (roles.length > 0 && authorise(tools.authenticate, roles));
  return [
    ...(own && admitAt === undefined ? [own] : []),
    ...(takesAnyQuery === true
      ? []
      : [
          async (c: Context<ApiEnv>, next: () => Promise<void>) => {
            refuseUnknownParameters(c, names);
            await next();
          },
        ]),
  ];
};

/**
 * Mounts deadlines before all middleware that may wait: they count from the arrival of the request.
 */
export const mountDeadlines = (
  app: Hono<ApiEnv>,
  operations: readonly Operation[],
  { policy }: Pick<ApiContext, 'policy'>,
): void => {
  const deadline = answerWithin(answerDeadlineMs(policy.budgetMs));
  for (const one of operations) {
    if (one.hasDeadline === true) app.on(one.method, patternOf(one), deadline);
  }
};

/** Mounts every operation: authorise, parse, handle, answer. */
export const mountOperations = (
  app: Hono<ApiEnv>,
  operations: readonly Operation[],
  context: ApiContext,
  authenticate: Authenticate,
): void => {
  const tools = { context, authenticate };
  const before = new Map(
    operations.flatMap(({ admit, admitAt }) => (admit && admitAt ? [[admitAt, admit]] : [])),
  );
  for (const [pattern, admit] of before) app.use(pattern, admit(tools));
  for (const one of operations) {
    const guards = guardsOf(one, tools);
    app.on(one.method, [patternOf(one)], ...guards, handlerOf(one, context));
    one.mountFiles?.(app);
  }
};
