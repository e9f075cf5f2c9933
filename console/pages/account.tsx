import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { holderOf } from '../../services/accounts/account.js';
import { changePassword, type PasswordChange } from '../../services/accounts/own-password.js';
import { countSessions, signOut, signOutEverywhere } from '../../services/accounts/sessions.js';
import { setUndoWindow, undoSecondsChoices } from '../../services/accounts/undo-window.js';
import { atPresent } from '../../services/context.js';
import { allow, isAllowed } from '../access.js';
import { forgetSession, keepSession } from '../cookies.js';
import type { ConsoleDeps, ConsoleEnv, Session } from '../deps.js';
import { textIn } from '../forms.js';
import { renderPage } from '../layout.js';
import { Button, CsrfField } from '../parts/controls.js';
import { printWhole } from '../../domain/case/figures.js';
import { Time } from '../parts/format.js';
import { Icon } from '../parts/icon.js';
import { Notice } from '../parts/notices.js';
import { waitText } from '../parts/people.js';
import { preferencesOf } from '../preferences.js';

const faultId = 'password-fault';
const secondMs = 1000;

interface PageState {
  readonly session: Session;
  readonly openSessions: number;
  readonly zone: string;
  readonly fault?: string | undefined;
  readonly hasChanged?: boolean | undefined;
  /** The window of the installation. */
  readonly undoWindowMs: number;
  readonly hasSaved?: boolean | undefined;
}

const PasswordField = (props: {
  label: string;
  name: 'current' | 'next' | 'again';
  isWrong: boolean;
}) => (
  <label class="label-of">
    {props.label}
    <input
      class="field"
      type="password"
      name={props.name}
      autocomplete={props.name === 'current' ? 'current-password' : 'new-password'}
      required
      aria-invalid={props.isWrong ? 'true' : undefined}
      aria-describedby={props.isWrong ? faultId : undefined}
    />
  </label>
);

const PasswordPanel = ({ session, fault, hasChanged }: PageState) => {
  const isWrong = fault !== undefined;
  return (
    <section class="panel" aria-labelledby="password-h">
      <div class="panel-head">
        <h2 id="password-h">Password</h2>
      </div>
      <form class="panel-body stack narrow" method="post" action="/console/account/password">
        <CsrfField token={session.csrfToken} />
        <PasswordField label="Current password" name="current" isWrong={isWrong} />
        <PasswordField label="New password" name="next" isWrong={isWrong} />
        <PasswordField label="New password again" name="again" isWrong={isWrong} />
        {isWrong && (
          <p class="fault" id={faultId} role="alert">
            <Icon of="reject" />
            <span>{fault}</span>
          </p>
        )}
        <p class="hint">At least 12 characters. A few words are easier to keep than a code.</p>
        <p class="line">
          <Button type="submit" kind="main">
            Change password
          </Button>
          {hasChanged === true && (
            <span class="soft" role="status">
              Changed. Your other sessions have ended.
            </span>
          )}
        </p>
      </form>
    </section>
  );
};

const SessionsPanel = ({ session, openSessions, zone }: PageState) => (
  <section class="panel" aria-labelledby="sessions-h">
    <div class="panel-head">
      <h2 id="sessions-h">Sessions</h2>
      <span class="soft">{printWhole(openSessions)} open</span>
    </div>
    <div class="panel-body stack narrow">
      <p>
        This one ends on <Time at={session.expiresAt} zone={zone} /> unless you use it before, and
        12 hours after you signed in at the latest.
      </p>
      <form method="post" action="/console/account/sign-out-everywhere">
        <CsrfField token={session.csrfToken} />
        <Button type="submit" icon="out">
          Sign out everywhere
        </Button>
      </form>
    </div>
  </section>
);

const UndoPanel = ({ session, undoWindowMs, hasSaved }: PageState) => {
  const everybody = undoWindowMs / secondMs;
  const longer = undoSecondsChoices.filter((seconds) => seconds > everybody);
  const { undoSeconds } = session.account;
  const chosen = longer.find((seconds) => seconds === undoSeconds);
  return (
    <section class="panel" aria-labelledby="undo-h">
      <div class="panel-head">
        <h2 id="undo-h">Time to undo</h2>
      </div>
      <form class="panel-body stack narrow" method="post" action="/console/account/undo-window">
        <CsrfField token={session.csrfToken} />
        <label class="label-of">
          After a decision
          <select class="field" name="seconds">
            <option value="">{everybody} s, as for everybody</option>
            {longer.map((seconds) => (
              <option value={String(seconds)} selected={seconds === chosen}>
                {seconds} s
              </option>
            ))}
          </select>
        </label>
        <p class="hint">OMS is told only when this time is over. It holds for what you decide.</p>
        <p class="line">
          <Button type="submit">Save</Button>
          {hasSaved === true && (
            <span class="soft" role="status">
              Saved.
            </span>
          )}
        </p>
      </form>
    </section>
  );
};

const AccountPage = (state: PageState) => {
  const { account, mustChangePassword } = state.session;
  return (
    <main class="page" id="main">
      <div class="page-head">
        <h1>Your account</h1>
        <p class="soft">
          <bdi>{account.displayName}</bdi>, in the audit log as {holderOf(account).name}
        </p>
      </div>
      <div class="stack">
        {mustChangePassword && (
          <Notice is="review" icon="lock">
            Somebody else chose your password. Choose your own to open the desk.
          </Notice>
        )}
        <div class="abreast">
          <PasswordPanel {...state} />
          <SessionsPanel {...state} />
          {state.undoWindowMs > 0 && isAllowed(account, ['reviewer']) && <UndoPanel {...state} />}
        </div>
      </div>
    </main>
  );
};

type Failure = Exclude<PasswordChange, { kind: 'changed' }>;

const faultOf = (failure: Failure, now: Date): string => {
  switch (failure.kind) {
    case 'weak':
      return failure.problem;
    case 'refused':
      return 'The current password is not right.';
    case 'locked': {
      const wait = waitText(failure.untilAt, now);
      return `After too many wrong passwords this account waits; try again in ${wait}.`;
    }
    default:
      return 'Many people sign in at this moment; try again in a few seconds.';
  }
};

/** The page of one's own account, and the ways out. Every account may open it. */
export const accountPages = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const show = async (
    c: Context<ConsoleEnv>,
    more: Pick<PageState, 'fault' | 'hasChanged' | 'hasSaved'> = {},
    status: ContentfulStatusCode = 200,
  ): Promise<Response> => {
    const session = c.get('session');
    const openSessions = await countSessions(atPresent(deps), session.account);
    const { zone } = preferencesOf(c);
    const { undoWindowMs } = deps;
    const main = <AccountPage {...{ session, openSessions, zone, undoWindowMs, ...more }} />;
    return renderPage(c, { title: 'Your account', main }, status);
  };

  return new Hono<ConsoleEnv>()
    .get('/account', (c) => show(c))
    .post('/account/password', async (c) => {
      const form = await c.req.parseBody();
      const [current, next, again] = ['current', 'next', 'again'].map((name) => textIn(form, name));
      if (next !== again) return show(c, { fault: 'The two new passwords differ.' }, 422);
      const context = atPresent(deps);
      const { account } = c.get('session');
      const result = await changePassword(context, {
        ...{ account, current: current ?? '', next: next ?? '' },
      });
      if (result.kind !== 'changed') {
        return show(c, { fault: faultOf(result, context.now) }, 422);
      }
      keepSession(c, result.token);
      c.set('session', result.session);
      return show(c, { hasChanged: true });
    })
    .post('/account/undo-window', allow('reviewer'), async (c) => {
      const text = textIn(await c.req.parseBody(), 'seconds');
      const undoSeconds = undoSecondsChoices.find((seconds) => String(seconds) === text) ?? null;
      const session = c.get('session');
      await setUndoWindow(atPresent(deps), session.account, undoSeconds);
      c.set('session', { ...session, account: { ...session.account, undoSeconds } });
      return show(c, { hasSaved: true });
    })
    .post('/account/sign-out-everywhere', async (c) => {
      await signOutEverywhere(atPresent(deps), c.get('session').account);
      forgetSession(c);
      return c.redirect('/console/sign-in', 303);
    })
    .post('/sign-out', async (c) => {
      await signOut(atPresent(deps), c.get('session'));
      forgetSession(c);
      return c.redirect('/console/sign-in', 303);
    });
};
