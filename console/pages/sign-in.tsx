import { randomBytes } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { createSignInCounter } from '../../runtime/metrics.js';
import { createAddressBound } from '../../services/accounts/address-bound.js';
import {
  enter,
  findSession,
  signOut,
  type StartedSession,
} from '../../services/accounts/sessions.js';
import { signIn, type SignInResult } from '../../services/accounts/sign-in.js';
import { createUnknownNames } from '../../services/accounts/unknown-names.js';
import { atPresent } from '../../services/context.js';
import {
  browserTokenOf,
  keepBrowserToken,
  keepSession,
  keepSignInToken,
  sessionTokenOf,
  signInTokenOf,
} from '../cookies.js';
import { carriesToken } from '../csrf.js';
import type { ConsoleDeps, ConsoleEnv } from '../deps.js';
import { textIn } from '../forms.js';
import { renderPage } from '../layout.js';
import { Button, CsrfField } from '../parts/controls.js';
import { Icon } from '../parts/icon.js';
import { waitText } from '../parts/people.js';
import { safeReturnPath } from '../return-path.js';

interface FormState {
  readonly token: string;
  readonly returnPath: string;
  readonly name?: string | undefined;
  /** One sentence about what went wrong. */
  readonly fault?: string | undefined;
}

const faultId = 'sign-in-fault';

const Field = (props: {
  label: string;
  name: 'name' | 'password';
  state: FormState;
  isFocused: boolean;
}) => {
  const isName = props.name === 'name';
  const isWrong = props.state.fault !== undefined;
  return (
    <label class="label-of">
      {props.label}
      <input
        class="field"
        name={props.name}
        type={isName ? 'text' : 'password'}
        autocomplete={isName ? 'username' : 'current-password'}
        autocapitalize={isName ? 'none' : undefined}
        spellcheck={isName ? false : undefined}
        required
        autofocus={props.isFocused}
        value={isName ? props.state.name : undefined}
        aria-invalid={isWrong ? 'true' : undefined}
        aria-describedby={isWrong ? faultId : undefined}
      />
    </label>
  );
};

const SignInPage = ({ state }: { state: FormState }) => (
  <main class="signin" id="main">
    <p class="brand">
      <Icon of="mark" kind="mark" />
      Verdict
    </p>
    <div class="panel">
      <h1>Sign in</h1>
      <form method="post" action="/console/sign-in">
        <CsrfField token={state.token} />
        <input type="hidden" name="return" value={state.returnPath} />
        <Field label="Account" name="name" state={state} isFocused={state.name === undefined} />
        <Field
          label="Password"
          name="password"
          state={state}
          isFocused={state.name !== undefined}
        />
        {state.fault !== undefined && (
          <p class="fault" id={faultId} role="alert">
            <Icon of="reject" />
            <span>{state.fault}</span>
          </p>
        )}
        <Button type="submit" kind="main">
          Sign in
        </Button>
      </form>
      <p class="hint">Forgotten? Your administrator can set a new password under Accounts.</p>
    </div>
    <p class="faint">Signing in and each opened order are kept in the audit log.</p>
  </main>
);

const newToken = (): string => randomBytes(32).toString('base64url');

/** Answers with the form. Every tab of a browser has the same token. */
const showForm = (
  c: Context<ConsoleEnv>,
  state: Omit<FormState, 'token'>,
  status: ContentfulStatusCode = 200,
): Promise<Response> => {
  const token = signInTokenOf(c) ?? newToken();
  keepSignInToken(c, token);
  const main = <SignInPage state={{ ...state, token }} />;
  return renderPage(c, { title: 'Sign in', main }, status);
};

const triesText = (left: number): string => (left === 1 ? '1 more try' : `${left} more tries`);

type Failure = Exclude<SignInResult, { kind: 'signed_in' }>;

const faultOf = (failure: Failure, now: Date): string => {
  switch (failure.kind) {
    case 'refused':
      return (
        'Account and password do not match. ' +
        `After ${triesText(failure.triesLeft)} this account waits for a minute.`
      );
    case 'locked': {
      const wait = waitText(failure.untilAt, now);
      return `After too many wrong passwords this account waits; try again in ${wait}.`;
    }
    case 'address_spent': {
      const wait = waitText(failure.untilAt, now);
      return `Too many wrong passwords came from your address; try again in ${wait}.`;
    }
    default:
      return 'Many people sign in at this moment; try again in a few seconds.';
  }
};

const statuses = { refused: 401, locked: 401, address_spent: 429, busy: 503 } as const;
const busySeconds = 5;

/** Ends the session that this browser had, so that none is left over. */
const replaceSession = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  { token }: StartedSession,
): Promise<void> => {
  const before = sessionTokenOf(c);
  keepSession(c, token);
  const session = before === undefined ? undefined : await findSession(atPresent(deps), before);
  if (session !== undefined) await signOut(atPresent(deps), session);
};

const addressOf = (c: Context): string | undefined => {
  try {
    return getConnInfo(c).remote.address;
  } catch {
    // A request that came over no connection, as in a test.
    return undefined;
  }
};

/** A browser may load a link before anybody has clicked it. */
const isPrefetch = (c: Context): boolean =>
  c.req.method === 'HEAD' ||
  ['sec-purpose', 'purpose', 'x-moz'].some((name) => c.req.header(name)?.includes('prefetch'));

/** The sign-in, and the link that signs in once. They need no session. */
export const signInPages = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const signIns = createSignInCounter(deps.metrics.registry);
  const bounds = { addressBound: createAddressBound(), unknownNames: createUnknownNames() };
  const app = new Hono<ConsoleEnv>();

  app.get('/sign-in', async (c) => {
    const returnPath = safeReturnPath(c.req.query('return'));
    const token = sessionTokenOf(c);
    const session = token === undefined ? undefined : await findSession(atPresent(deps), token);
    return session === undefined ? showForm(c, { returnPath }) : c.redirect(returnPath, 303);
  });

  app.post('/sign-in', async (c) => {
    if (!(await carriesToken(c, signInTokenOf(c)))) {
      const fault = 'This page was too old, or the browser keeps no cookies; try again.';
      return showForm(c, { returnPath: safeReturnPath(c.req.query('return')), fault }, 403);
    }
    const form = await c.req.parseBody();
    const returnPath = safeReturnPath(textIn(form, 'return') || c.req.query('return'));
    const name = textIn(form, 'name');
    const context = { ...atPresent(deps), ...bounds };
    const result = await signIn(context, {
      ...{ name, password: textIn(form, 'password') },
      ...{ browserToken: browserTokenOf(c), address: addressOf(c) },
    });
    signIns.inc({ result: result.kind });
    if (result.kind === 'signed_in') {
      await replaceSession(deps, c, result);
      keepBrowserToken(c, result.browserToken);
      return c.redirect(returnPath, 303);
    }
    if (result.kind === 'busy') c.header('Retry-After', String(busySeconds));
    const fault = faultOf(result, context.now);
    return showForm(c, { returnPath, name, fault }, statuses[result.kind]);
  });

  app.get('/enter/:token', async (c) => {
    // Any answer but success keeps a browser from using what it has loaded ahead.
    if (isPrefetch(c)) return c.body(null, 503);
    const started = await enter(atPresent(deps), c.req.param('token'));
    if (started === undefined) {
      const fault = 'This link was used already, or is older than 15 minutes: give the password.';
      return showForm(c, { returnPath: '/console/', fault }, 401);
    }
    await replaceSession(deps, c, started);
    return c.redirect('/console/', 303);
  });
  return app;
};
