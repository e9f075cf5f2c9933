import { type AccountRole, accountRoles } from '../../../contracts/v1/accounts.js';
import type { ListedAccount } from '../../../services/accounts/accounts.js';
import { Button } from '../../parts/controls.js';
import { Time } from '../../parts/format.js';
import { Notice } from '../../parts/notices.js';
import { roleWords, waitText } from '../../parts/people.js';
import { StateMark } from '../../parts/state.js';

/** The instant of the page and the reader's zone. */
export interface When {
  readonly now: Date;
  readonly zone: string;
}

/** Whether somebody can sign in to an account. */
export const AccountState = ({ account, when }: { account: ListedAccount; when: When }) => {
  const { disabledAt, lockedUntil, mustChangePassword } = account;
  if (disabledAt !== null) {
    return (
      <StateMark is="none" icon="close">
        Disabled since <Time at={disabledAt} zone={when.zone} />
      </StateMark>
    );
  }
  if (lockedUntil !== null && lockedUntil > when.now) {
    return (
      <StateMark is="review" icon="lock">
        Wrong passwords, waits {waitText(lockedUntil, when.now)}
      </StateMark>
    );
  }
  return (
    <StateMark is="ok">{mustChangePassword ? 'Has a first password' : 'Can sign in'}</StateMark>
  );
};

export const RoleSelect = ({ chosen }: { chosen: AccountRole }) => (
  <label class="label-of">
    Role
    <select class="field" name="role">
      {accountRoles.map((role) => (
        <option value={role} selected={role === chosen}>
          {roleWords[role]}
        </option>
      ))}
    </select>
  </label>
);

/** A password that was made just now. */
export const NewPassword = ({ name, password }: { name: string; password: string }) => (
  <Notice
    icon="keys"
    aside={
      <Button size="s" icon="copy" with={{ 'data-copy': password }}>
        Copy
      </Button>
    }
  >
    The password of <b>{name}</b> is <code data-password>{password}</code>. It is shown this once
    and has to be changed at the first sign-in.
  </Notice>
);
