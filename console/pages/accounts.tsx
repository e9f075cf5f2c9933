import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AccountName, accountRoles, DisplayName } from '../../contracts/v1/accounts.js';
import {
  type AccountChange,
  changeRole,
  createAccount,
  disableAccount,
  enableAccount,
  findListedAccount,
  type ListedAccount,
  listAccounts,
  resetPassword,
} from '../../services/accounts/accounts.js';
import { TooManySignIns } from '../../services/accounts/passwords.js';
import { allow, NotFound } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { textIn } from '../forms.js';
import { renderPage } from '../layout.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { AccountList, type NewAccountState } from './accounts/list.js';
import { OneAccount } from './accounts/one.js';

/** What a page shows besides the accounts. */
interface Shown {
  readonly fault?: string | undefined;
  /** A password that was made just now; shown this once. */
  readonly password?: { readonly name: string; readonly password: string } | undefined;
}

const busy = 'Many people sign in at this moment; try again in a few seconds.';

const faultOf = ({ kind }: AccountChange): string | undefined =>
  kind === 'last_admin' ? 'This is the last administrator. Make another one first.' : undefined;

const readAccount = (form: Record<string, unknown>) => {
  const given: NewAccountState = {
    name: textIn(form, 'name').trim(),
    displayName: textIn(form, 'displayName').trim(),
    role: textIn(form, 'role'),
  };
  const name = AccountName.safeParse(given.name);
  const displayName = DisplayName.safeParse(given.displayName);
  const role = accountRoles.find((known) => known === given.role);
  const problem = !name.success
    ? `The account's name ${name.error.issues[0]?.message ?? 'is not valid'}.`
    : !displayName.success
      ? `The name that colleagues see ${displayName.error.issues[0]?.message ?? 'is not valid'}.`
      : 'Choose a role.';
  return name.success && displayName.success && role !== undefined
    ? { given, account: { name: name.data, displayName: displayName.data, role } }
    : { given, problem };
};

const accountOf = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  name: string,
): Promise<ListedAccount> => {
  const account = await findListedAccount(callOf(deps, c), name);
  if (account === undefined) throw new NotFound();
  return account;
};

const showList = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  shown: Shown & { readonly given?: NewAccountState | undefined } = {},
  status: ContentfulStatusCode = 200,
): Promise<Response> => {
  const { now, db } = callOf(deps, c);
  const main = (
    <AccountList
      {...shown}
      accounts={await listAccounts({ db })}
      csrf={c.get('session').csrfToken}
      when={{ now, zone: preferencesOf(c).zone }}
    />
  );
  const state = await loadSideState(deps, c);
  return renderPage(c, { title: 'Accounts', section: 'accounts', state, main }, status);
};

const showOne = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  name: string,
  { shown = {}, status = 200 }: { shown?: Shown; status?: ContentfulStatusCode } = {},
): Promise<Response> => {
  const account = await accountOf(deps, c, name);
  const session = c.get('session');
  const main = (
    <OneAccount
      {...shown}
      account={account}
      isOwn={session.account.name === name}
      csrf={session.csrfToken}
      when={{ now: callOf(deps, c).now, zone: preferencesOf(c).zone }}
    />
  );
  const state = await loadSideState(deps, c);
  return renderPage(c, { title: `Account ${name}`, section: 'accounts', state, main }, status);
};

const create = async (deps: ConsoleDeps, c: Context<ConsoleEnv>): Promise<Response> => {
  const { given, account, problem } = readAccount(await c.req.parseBody());
  const refuse = (fault: string) => showList(deps, c, { fault, given }, 422);
  if (account === undefined) return refuse(problem);
  try {
    const result = await createAccount({ ...callOf(deps, c), passwords: deps.passwords }, account);
    if (result.kind === 'taken')
      return await refuse(`There is an account ${account.name} already.`);
    if (result.kind === 'weak') return await refuse(result.problem);
    const password = { name: account.name, password: result.password ?? '' };
    return await showList(deps, c, { password }, 201);
  } catch (error) {
    if (error instanceof TooManySignIns) return refuse(busy);
    throw error;
  }
};

const reset = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  name: string,
): Promise<Response> => {
  try {
    const result = await resetPassword({ ...callOf(deps, c), passwords: deps.passwords }, name);
    if (result.kind === 'unknown') throw new NotFound();
    const shown = { password: { name, password: result.password } };
    return await showOne(deps, c, name, { shown });
  } catch (error) {
    if (!(error instanceof TooManySignIns)) throw error;
    return showOne(deps, c, name, { shown: { fault: busy }, status: 503 });
  }
};

type Change = (
  call: ReturnType<typeof callOf>,
  name: string,
  form: Record<string, unknown>,
) => Promise<AccountChange>;

const changes: Readonly<Record<'role' | 'disable' | 'enable', Change>> = {
  disable: disableAccount,
  enable: enableAccount,
  role: (call, name, form) => {
    const role = accountRoles.find((known) => known === form['role']);
    return role === undefined ? Promise.resolve({ kind: 'unknown' }) : changeRole(call, name, role);
  },
};

/** The pages on which administrators make, change and end accounts. */
export const accountsPages = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const app = new Hono<ConsoleEnv>();
  const admins = allow('admin');
  app.get('/accounts', admins, (c) => showList(deps, c));
  app.post('/accounts', admins, (c) => create(deps, c));
  app.get('/accounts/:name', admins, (c) => showOne(deps, c, c.req.param('name')));
  app.post('/accounts/:name/:change', admins, async (c) => {
    const { name, change } = c.req.param();
    if (c.get('session').account.name === name) {
      const fault = 'This is your own account: ask another administrator.';
      return showOne(deps, c, name, { shown: { fault }, status: 422 });
    }
    if (change === 'password') return reset(deps, c, name);
    if (change !== 'role' && change !== 'disable' && change !== 'enable') throw new NotFound();
    const result = await changes[change](callOf(deps, c), name, await c.req.parseBody());
    if (result.kind === 'unknown') throw new NotFound();
    const fault = faultOf(result);
    return fault === undefined
      ? c.redirect(`/console/accounts/${name}`, 303)
      : showOne(deps, c, name, { shown: { fault }, status: 422 });
  });
  return app;
};
