import type { AccountRole } from '../../contracts/v1/accounts.js';
import { lengthText } from './format.js';

export { loadNames, type NameOf } from '../../services/accounts/names.js';

/** What a role is called. */
export const roleWords: Readonly<Record<AccountRole, string>> = {
  reviewer: 'Reviewer',
  lead: 'Team lead',
  analyst: 'Analyst',
  operator: 'Operator',
  admin: 'Administrator',
};

/** The role of an actor such as `lead:kim`, as it is called; empty for an actor without one. */
export const roleOf = (actor: string): string =>
  Object.entries(roleWords).find(([role]) => actor.startsWith(`${role}:`))?.[1] ?? '';

const minuteMs = 60_000;

/** `1 min`: how long somebody has to wait, rounded up. */
export const waitText = (untilAt: Date, now: Date): string => {
  const ms = Math.max(1, untilAt.getTime() - now.getTime());
  return lengthText(Math.ceil(ms / minuteMs) * minuteMs);
};
