import type { Child } from 'hono/jsx';
import type { ListedAccount } from '../../../services/accounts/accounts.js';
import { Button, CsrfField } from '../../parts/controls.js';
import { Age, Name, Time } from '../../parts/format.js';
import { Fault, Notice } from '../../parts/notices.js';
import { roleWords } from '../../parts/people.js';
import { Unsaid } from '../../parts/state.js';
import { AccountState, NewPassword, RoleSelect, type When } from './parts.js';

interface OneProps {
  readonly account: ListedAccount;
  readonly isOwn: boolean;
  readonly csrf: string;
  readonly when: When;
  readonly fault?: string | undefined;
  readonly password?: { readonly name: string; readonly password: string } | undefined;
}

const Facts = ({ account, when }: Pick<OneProps, 'account' | 'when'>) => (
  <section class="panel" aria-labelledby="facts-h">
    <div class="panel-head">
      <h2 id="facts-h">Account</h2>
    </div>
    <dl class="panel-body facts">
      <dt>Name</dt>
      <dd>
        <Name>{account.displayName}</Name>
      </dd>
      <dt>Role</dt>
      <dd>{roleWords[account.role]}</dd>
      <dt>State</dt>
      <dd>
        <AccountState account={account} when={when} />
      </dd>
      <dt>Signed in</dt>
      <dd>
        {account.signedInAt === null ? (
          <Unsaid>never</Unsaid>
        ) : (
          <>
            <Age at={account.signedInAt} {...when} /> ago
          </>
        )}
      </dd>
      <dt>Created</dt>
      <dd>
        <Time at={account.createdAt} zone={when.zone} />
      </dd>
    </dl>
  </section>
);

/** A form that changes the account, with what the change brings about. */
const ChangePanel = (props: {
  id: string;
  title: string;
  path: string;
  csrf: string;
  act: string;
  children?: Child;
}) => (
  <section class="panel" aria-labelledby={`${props.id}-h`}>
    <div class="panel-head">
      <h2 id={`${props.id}-h`}>{props.title}</h2>
    </div>
    <form class="panel-body stack narrow" method="post" action={props.path}>
      <CsrfField token={props.csrf} />
      {props.children}
      <p>
        <Button type="submit">{props.act}</Button>
      </p>
    </form>
  </section>
);

const Changes = ({ account, csrf }: Pick<OneProps, 'account' | 'csrf'>) => {
  const path = `/console/accounts/${account.name}`;
  const isDisabled = account.disabledAt !== null;
  return (
    <div class="abreast">
      <ChangePanel
        {...{ id: 'role', title: 'Role', act: 'Give this role', csrf }}
        path={`${path}/role`}
      >
        <RoleSelect chosen={account.role} />
        <p class="hint">Another role ends the sessions of {account.name}.</p>
      </ChangePanel>
      <ChangePanel
        {...{ id: 'password', title: 'Password', act: 'Set a new password', csrf }}
        path={`${path}/password`}
      >
        <p class="hint">
          Ends the sessions and the waits of {account.name}. You see the new password once; it has
          to be changed at the first sign-in.
        </p>
      </ChangePanel>
      <ChangePanel
        {...{ id: 'access', title: 'Access', csrf }}
        act={isDisabled ? 'Enable account' : 'Disable account'}
        path={`${path}/${isDisabled ? 'enable' : 'disable'}`}
      >
        <p class="hint">
          {isDisabled
            ? `Lets ${account.name} sign in again with the same password.`
            : `Ends the sessions of ${account.name} at once. What the account did stays.`}
        </p>
      </ChangePanel>
    </div>
  );
};

/** One account and what an administrator can change of it. */
export const OneAccount = ({ account, isOwn, csrf, when, fault, password }: OneProps) => (
  <main class="page" id="main">
    <div class="page-head">
      <h1>{account.name}</h1>
      <div class="aside">
        <a class="btn" href="/console/accounts">
          All accounts
        </a>
      </div>
    </div>
    <div class="stack">
      {password && <NewPassword {...password} />}
      <Fault>{fault}</Fault>
      <Facts account={account} when={when} />
      {isOwn ? (
        <Notice icon="person">
          This is your own account. <a href="/console/account">Change your password</a>, or ask
          another administrator for more.
        </Notice>
      ) : (
        <Changes account={account} csrf={csrf} />
      )}
    </div>
  </main>
);
