import { type Role, roles } from '../contracts/v1/roles.js';

/**
 * Roles with a generated key in a local installation; a team lead's key comes from `npm run keys`.
 */
export const localRoles = roles.filter((role) => role !== 'lead');
export type LocalRole = Exclude<Role, 'lead'>;
