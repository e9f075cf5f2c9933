import { isAllowed } from './access.js';
import type { Account } from './deps.js';
import type { IconName } from './parts/icon.js';

/** A page that the side leads to. */
export interface Section {
  readonly id: string;
  readonly group: 'Desk' | 'Figures' | 'Evidence' | 'Rules' | 'Running';
  readonly label: string;
  readonly icon: IconName;
  readonly path: string;
  readonly roles: Parameters<typeof isAllowed>[1];
}

/** In the order of the side. A page that does not exist has no line here. */
const sections = [
  {
    id: 'queue',
    group: 'Desk',
    label: 'Queue',
    icon: 'queue',
    path: '/console/queue',
    roles: ['reviewer', 'analyst'],
  },
  {
    id: 'accounts',
    group: 'Running',
    label: 'Accounts',
    icon: 'person',
    path: '/console/accounts',
    roles: ['admin'],
  },
] as const satisfies readonly Section[];

export type SectionId = (typeof sections)[number]['id'];

/** The pages that an account may open. */
export const sectionsOf = (account: Account): readonly Section[] =>
  sections.filter(({ roles }) => isAllowed(account, roles));
