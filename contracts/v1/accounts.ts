import { z } from 'zod';
import type { Role } from './roles.js';

/** The roles of people; the others are for machines only. */
export const accountRoles = [
  'reviewer',
  'lead',
  'analyst',
  'operator',
  'admin',
] as const satisfies readonly Role[];

export type AccountRole = (typeof accountRoles)[number];

/** The accounts of a local installation with their roles. */
export const localAccounts = {
  reviewer: 'reviewer',
  reviewer2: 'reviewer',
  lead: 'lead',
  analyst: 'analyst',
  operator: 'operator',
  admin: 'admin',
} as const satisfies Readonly<Record<string, AccountRole>>;

export type LocalAccount = keyof typeof localAccounts;

export const localAccountNames = Object.keys(localAccounts) as readonly LocalAccount[];

/** The name that a person signs in with. */
export const AccountName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]{0,31}$/,
    'must have 1 to 32 characters of a-z, 0-9, . and -, and begin with a letter or digit',
  );

/** The name that colleagues see. */
export const DisplayName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(80, 'must have at most 80 characters')
  .regex(/^\P{Cc}*$/u, 'must have no control characters');
