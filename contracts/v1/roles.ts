/** The permissions of a bearer key. `lead` includes `reviewer`, `admin` includes all. */
export const roles = [
  'oms',
  'reviewer',
  'lead',
  'analyst',
  'operator',
  'aifi',
  'sparkfly',
  'admin',
] as const;

export type Role = (typeof roles)[number];

/** Every role that has the permissions of `given`. */
export const rolesIn = (given: readonly Role[]): readonly Role[] =>
  roles.filter(
    (role) =>
      role === 'admin' || given.includes(role) || (role === 'lead' && given.includes('reviewer')),
  );
