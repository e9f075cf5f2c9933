/** What a bearer key may do; `lead` may do what `reviewer` may and more, `admin` all. */
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

/** Every role that may do what is given to `given`. */
export const rolesIn = (given: readonly Role[]): readonly Role[] =>
  roles.filter(
    (role) =>
      role === 'admin' || given.includes(role) || (role === 'lead' && given.includes('reviewer')),
  );
