import { request } from 'node:http';
import * as fc from 'fast-check';
import { createLogger } from '../../../runtime/logger.js';
import type { Servers } from '../../api/server.js';
import { type Desk, startDesk } from '../../console/desk.js';
import { seedOrder } from '../../api/seed.js';
import { keys } from '../../support/stack.js';
import { claim, claimFaults, claimSecret } from '../claims.js';
import { oddTexts } from '../odd-json.js';
import { anyRequest, rawParts } from '../request.js';
import { createCounts, type Target } from '../target.js';

/** A request as it is on the wire. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const send = (url: string, { method, path, headers, body }: Sent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    // Without it, Node sends the body of a method that seldom has one as the next request.
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const options = { hostname, port, method, path, headers: { ...headers, ...length } };
    const asked = request(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });

const operationCalls: fc.Arbitrary<Sent> = fc
  .tuple(
    anyRequest,
    fc.oneof(
      { weight: 30, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'PATCH', 'PUT', 'DELETE', 'POST'),
      },
    ),
  )
  .map(([{ method, target, headers, body }, other]) => ({
    method: other ?? method,
    path: target,
    headers: { ...headers, authorization: `Bearer ${keys.admin}` },
    body,
  }));

const fieldNames = [
  ...['csrf', 'name', 'password', 'recommendationCode', 'reasonCode', 'remarks', 'tag', 'reason'],
  ...['text', 'case', 'act', 'until', 'hours', 'who', 'list', 'subject', 'theme', 'return', 'role'],
  ...[
    'displayName',
    'current',
    'find',
    'status',
    'banner',
    'age',
    'min',
    'max',
    '__proto__',
    'page',
  ],
];
const fieldValues = [
  ...['accept', 'reject', 'known_customer', '1', 'block', 'reviewer', 'dark', '/console/queue', ''],
  ...['//evil.example', '2026-11-30T10:00', '1h', 'in_review', 's5a', 'x'.repeat(20_000)],
];

const field = fc.tuple(
  fc.constantFrom(...fieldNames),
  fc.oneof(fc.constantFrom(...fieldValues), fc.constantFrom(...oddTexts)),
);
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
const fields = fc
  .array(field, { maxLength: 6 })
  .map((all) => all.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&'));

const oddCookies = ['', 'verdict_session=', 'a=b; a=c', '=', 'x'.repeat(4_000), '__proto__=1'];

interface Placed {
  readonly caseId: string;
  readonly transactionId: string;
  readonly cookie: string;
  readonly csrf: string;
}

/** Calls of every route of the console, most of them by somebody who has signed in. */
const consoleCalls = (desk: Desk, { caseId, cookie, csrf }: Placed): fc.Arbitrary<Sent> => {
  const patterns = desk.routes.filter(
    ({ path, method }) => path.startsWith('/console') && method !== 'ALL' && !path.includes('live'),
  );
  const part = fc.oneof(
    { weight: 5, arbitrary: fc.constant(caseId) },
    { weight: 1, arbitrary: fc.constantFrom(...oddTexts).map((text) => encode(text) || '-') },
    { weight: 1, arbitrary: fc.constantFrom(...rawParts) },
  );
  return fc
    .record({
      route: fc.constantFrom(...patterns),
      parts: fc.array(part, { minLength: 4, maxLength: 4 }),
      form: fields,
      query: fields,
      cookies: fc.oneof(
        { weight: 12, arbitrary: fc.constant(cookie) },
        { weight: 1, arbitrary: fc.constantFrom(...oddCookies) },
      ),
    })
    .map(({ route, parts, form, query, cookies }) => {
      let used = 0;
      const path = route.path.replaceAll(/:\w+(\{[^}]*\})?|\*/g, () => parts[used++ % 4] ?? '-');
      const isChange = route.method !== 'GET';
      return {
        method: route.method,
        path: `${path}${query === '' ? '' : `?${query}`}`,
        headers: {
          cookie: cookies,
          ...(isChange && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        body: isChange ? Buffer.from(`csrf=${csrf}&${form}`) : undefined,
      };
    });
};

const placeOn = async (desk: Desk): Promise<Placed> => {
  const transactionId = await seedOrder(desk.api);
  const { rows } = await desk.api.pool.query<{ case_id: string }>('select case_id from cases');
  const browser = await desk.signedIn('admin');
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return { caseId: rows[0]?.case_id ?? '', transactionId, cookie, csrf: await browser.csrf() };
};

/** No worker takes orders here: one that is accepted waits in vain for its decision. */
const isUndecided = ({ path }: Sent, { status }: Answer): boolean =>
  status === 503 && /^\/(transaction|decision|v1\/)/.test(path);

/** A head beyond 16 kB never reaches the API, and an answer to HEAD has no body. */
const isOfNode = ({ method }: Sent, { status }: Answer): boolean =>
  method === 'HEAD' || status === 431;

/** What the API and the console log, one JSON text a line. */
const createLogTrap = () => {
  const lines: string[] = [];
  return {
    output: { write: (line: string) => void lines.push(line) },
    /** Claims that no line since the last call repeats a value. */
    claimClean: (): void => {
      for (const line of lines.splice(0)) claimSecret('a log line', line);
    },
  };
};

/** What an answer may take. An order that no worker decides takes its whole deadline. */
const answeredMaxMs = 1_000;

const triesMax = 5;

/** Sends a request, again if its answer takes too long: a busy machine may be the reason. */
const sendInTime = async (url: string, sent: Sent): Promise<Answer> => {
  for (let tries = 1; ; tries += 1) {
    const fromMs = performance.now();
    const answer = await send(url, sent);
    const tookMs = performance.now() - fromMs;
    if (tookMs <= answeredMaxMs || isUndecided(sent, answer)) return answer;
    claim(tries < triesMax, `is answered only after ${Math.round(tookMs)} ms`);
  }
};

const claimAnswered = (sent: Sent, answer: Answer): void => {
  const { status, text } = answer;
  if (sent.path.startsWith('/console'))
    claim(status < 500, `answers ${status}: ${text.slice(0, 200)}`);
  else if (status >= 400 && !isOfNode(sent, answer) && !isUndecided(sent, answer)) {
    claimFaults(status, text);
  }
};

/** The whole API and the console over HTTP, with a database of their own. */
export const createServed = (
  startServers: () => Promise<Servers & { readonly stop: () => Promise<void> }>,
): Target => ({
  name: 'served',
  share: 0.15,
  open: async () => {
    const servers = await startServers();
    const log = createLogTrap();
    const desk = await startDesk({ logger: createLogger('api', 'debug', log.output) }, servers);
    const calls = consoleCalls(desk, await placeOn(desk));
    const counts = createCounts();
    return {
      cases: fc.oneof({ weight: 2, arbitrary: operationCalls }, { weight: 1, arbitrary: calls }),
      check: async (value) => {
        const sent = value as Sent;
        const answer = await sendInTime(desk.url, sent);
        claimAnswered(sent, answer);
        log.claimClean();
        counts.add(`${sent.path.startsWith('/console') ? 'console' : 'API'} ${answer.status}`);
      },
      counts: counts.all,
      close: async () => {
        await desk.stop();
        await servers.stop();
      },
    };
  },
});
