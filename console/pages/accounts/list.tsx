import { accountRoles } from '../../../contracts/v1/accounts.js';
import type { ListedAccount } from '../../../services/accounts/accounts.js';
import { Button, CsrfField } from '../../parts/controls.js';
import { printWhole } from '../../../domain/case/figures.js';
import { Age, Name } from '../../parts/format.js';
import { Fault } from '../../parts/notices.js';
import { roleWords } from '../../parts/people.js';
import { Unsaid } from '../../parts/state.js';
import { AccountState, NewPassword, RoleSelect, type When } from './parts.js';

/** What somebody typed for a new account. */
export interface NewAccountState {
  readonly name: string;
  readonly displayName: string;
  readonly role: string;
}

interface ListProps {
  readonly accounts: readonly ListedAccount[];
  readonly csrf: string;
  readonly when: When;
  readonly given?: NewAccountState | undefined;
  readonly fault?: string | undefined;
  readonly password?: { readonly name: string; readonly password: string } | undefined;
}

const Row = ({ account, when }: { account: ListedAccount; when: When }) => (
  <tr data-account={account.name}>
    <th scope="row">
      <a href={`/console/accounts/${account.name}`}>{account.name}</a>
    </th>
    <td>
      <Name>{account.displayName}</Name>
    </td>
    <td>{roleWords[account.role]}</td>
    <td>
      <AccountState account={account} when={when} />
    </td>
    <td class="num">
      {account.signedInAt === null ? (
        <Unsaid>never</Unsaid>
      ) : (
        <>
          <Age at={account.signedInAt} {...when} /> ago
        </>
      )}
    </td>
  </tr>
);

const Table = ({ accounts, when }: Pick<ListProps, 'accounts' | 'when'>) => (
  <section class="panel" aria-labelledby="all-h">
    <div class="panel-head">
      <h2 id="all-h">Who may sign in</h2>
    </div>
    <div class="scroll-x" tabindex={0} role="group" aria-label="All accounts">
      <table class="tbl">
        <thead>
          <tr>
            <th scope="col">Account</th>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col">State</th>
            <th scope="col" class="num">
              Signed in
            </th>
          </tr>
        </thead>
        <tbody>
          {accounts.map((account) => (
            <Row account={account} when={when} />
          ))}
        </tbody>
      </table>
    </div>
  </section>
);

const NewAccountForm = ({ csrf, given, fault }: Pick<ListProps, 'csrf' | 'given' | 'fault'>) => (
  <section class="panel" aria-labelledby="new-h">
    <div class="panel-head">
      <h2 id="new-h">New account</h2>
    </div>
    <form class="panel-body stack narrow" method="post" action="/console/accounts">
      <CsrfField token={csrf} />
      <label class="label-of">
        Name of the account
        <input
          class="field"
          name="name"
          required
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
          maxlength={32}
          pattern="[a-z0-9][a-z0-9.\-]*"
          aria-describedby="name-hint"
          value={given?.name}
        />
        <span class="hint" id="name-hint">
          Small letters, digits, dots and hyphens. The audit log has it as role:name, and it stays.
        </span>
      </label>
      <label class="label-of">
        Name that colleagues see
        <input
          class="field"
          name="displayName"
          required
          autocomplete="off"
          maxlength={80}
          value={given?.displayName}
        />
      </label>
      <RoleSelect chosen={accountRoles.find((role) => role === given?.role) ?? 'reviewer'} />
      <Fault>{fault}</Fault>
      <p>
        <Button type="submit" kind="main">
          Create account
        </Button>
      </p>
    </form>
  </section>
);

/** Every account, and the form for a new one. */
export const AccountList = ({ accounts, csrf, when, given, fault, password }: ListProps) => (
  <main class="page" id="main">
    <div class="page-head">
      <h1>Accounts</h1>
      <p class="soft">
        {printWhole(accounts.filter(({ disabledAt }) => disabledAt === null).length)} of{' '}
        {printWhole(accounts.length)} may sign in
      </p>
    </div>
    <div class="stack">
      {password && <NewPassword {...password} />}
      <Table accounts={accounts} when={when} />
      <NewAccountForm csrf={csrf} given={given} fault={fault} />
    </div>
  </main>
);
