import { createMiddleware } from 'hono/factory';
import { type Role, rolesIn } from '../contracts/v1/roles.js';
import type { Account, ConsoleEnv } from './deps.js';

type Permission = Exclude<Role, 'oms' | 'aifi' | 'sparkfly'>;

/** This account's role may not open this page. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';
}

/** There is no such page, case or order. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** Whether an account has one of `permissions`, by the rules of bearer keys. */
export const isAllowed = ({ role }: Account, permissions: readonly Permission[]): boolean =>
  rolesIn(permissions).includes(role);

/** Admits accounts with one of `permissions`; others get the 403 page. */
export const allow = (...permissions: readonly Permission[]) =>
  createMiddleware<ConsoleEnv>(async (c, next) => {
    if (!isAllowed(c.get('session').account, permissions)) throw new NotAllowed();
    await next();
  });
