/** What a bearer key may do; `admin` may do all. */
export const roles = [
  'oms',
  'reviewer',
  'analyst',
  'operator',
  'aifi',
  'sparkfly',
  'admin',
] as const;

export type Role = (typeof roles)[number];
