import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { NotAllowed, NotFound } from '../access.js';
import type { ConsoleDeps, ConsoleEnv } from '../deps.js';
import { renderPage, renderPart } from '../layout.js';
import { Button } from '../parts/controls.js';
import { exactTime } from '../parts/format.js';
import type { IconName } from '../parts/icon.js';
import { StateMark } from '../parts/state.js';
import { preferencesOf } from '../preferences.js';

/** What a page says that could not be shown. */
interface Fault {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly chip: string;
  readonly icon?: IconName;
  readonly title: string;
  /** What is safe, and what happens by itself. */
  readonly text: Child;
  readonly retriesAfterSeconds?: number;
}

const parts: Readonly<Record<TemporarilyUnavailable['part'], string>> = {
  postgres: 'Postgres',
  temporal: 'Temporal',
  'rule reader': 'the rule reader',
};

const unavailable = ({ part }: TemporarilyUnavailable): Fault => ({
  status: 503,
  code: `${part.replace(' ', '_')}_unavailable`,
  chip: '503, not available',
  title: `The desk cannot reach ${parts[part]}`,
  text:
    'Nothing that you decided is lost: verdicts that were taken are kept and will be told to ' +
    'OMS. Orders that come in now are refused with “try again”, and OMS sends them once more.',
  retriesAfterSeconds: 5,
});

const notAllowed: Fault = {
  status: 403,
  code: 'forbidden',
  chip: '403, not for this role',
  icon: 'lock',
  title: 'Your role does not open this page',
  text: 'Nothing is wrong. An administrator can give your account another role.',
};

const notFound: Fault = {
  status: 404,
  code: 'not_found',
  chip: '404, not here',
  icon: 'search',
  title: 'There is nothing at this address',
  text: 'The case or page does not exist, or its data was deleted after its time.',
};

const refused = (status: ContentfulStatusCode): Fault => ({
  status,
  code: 'refused',
  chip: `${status}, refused`,
  title: 'The desk did not take this',
  text: 'Nothing was changed. Go back, load the page anew and try once more.',
});

const unforeseen: Fault = {
  status: 500,
  code: 'internal_error',
  chip: '500, a fault of ours',
  title: 'Something went wrong on our side',
  text: 'Nothing that you decided is lost. The fault was logged with the line below.',
};

const faultOf = (error: unknown): Fault => {
  if (error instanceof TemporarilyUnavailable) return unavailable(error);
  if (error instanceof NotAllowed) return notAllowed;
  if (error instanceof NotFound) return notFound;
  if (error instanceof HTTPException && error.status < 500) return refused(error.status);
  return unforeseen;
};

const Reference = ({ line }: { line: string }) => (
  <span class="line">
    <code class="ref">{line}</code>
    <Button size="s" icon="copy" with={{ 'data-copy': line }}>
      Copy
    </Button>
  </span>
);

const Steps = ({ fault, line }: { fault: Fault; line: string }) => (
  <ol class="steps">
    {fault.retriesAfterSeconds !== undefined && (
      <li>
        This page tries again by itself{' '}
        <b data-retry-seconds={fault.retriesAfterSeconds}>in {fault.retriesAfterSeconds} s</b>. You
        need not reload.
      </li>
    )}
    <li>
      {fault.retriesAfterSeconds === undefined
        ? 'If it stays, give this line to the person on call: '
        : 'If it lasts for more than a minute, tell the person on call and give them this line: '}
      <Reference line={line} />
    </li>
  </ol>
);

const ErrorState = ({ fault, line }: { fault: Fault; line: string }) => (
  <div class="state">
    <StateMark is={fault.status >= 500 ? 'reject' : 'none'} isChip icon={fault.icon ?? 'reject'}>
      {fault.chip}
    </StateMark>
    <h1>{fault.title}</h1>
    <p class="soft">{fault.text}</p>
    {fault.status !== 403 && fault.status !== 404 && <Steps fault={fault} line={line} />}
    <p class="line">
      {fault.status >= 500 && (
        <a class="btn" data-kind="main" href="">
          Try again now
        </a>
      )}
      <a class="btn" href="/console/">
        Back to the desk
      </a>
    </p>
    {(fault.status === 403 || fault.status === 404) && <p class="faint">{line}</p>}
  </div>
);

const referenceBytes = 4;

/** Answers an error as a page, or as a part of one for htmx. Logs what was not foreseen. */
export const answerError = async (
  deps: Pick<ConsoleDeps, 'logger' | 'now'>,
  error: unknown,
  c: Context<ConsoleEnv>,
): Promise<Response> => {
  const fault = faultOf(error);
  const request = randomBytes(referenceBytes).toString('hex');
  if (fault === unforeseen) deps.logger.error({ err: error, request }, 'an unforeseen fault');
  if (fault.retriesAfterSeconds !== undefined) {
    c.header('Retry-After', String(fault.retriesAfterSeconds));
  }
  const time = exactTime(deps.now(), preferencesOf(c).zone);
  const line = `${fault.status} ${fault.code}, request ${request}, ${time}`;
  const state = <ErrorState fault={fault} line={line} />;
  if (c.req.header('hx-request') !== undefined) return renderPart(c, state, fault.status);
  const main = (
    <main class="page" id="main">
      {state}
    </main>
  );
  return renderPage(c, { title: fault.title, main }, fault.status);
};
