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
    ...{ id: 'queue', group: 'Desk', label: 'Queue', icon: 'queue', path: '/console/queue' },
    roles: ['reviewer', 'analyst'],
  },
  {
    ...{ id: 'mentions', group: 'Desk', label: 'Mentions', icon: 'note' },
    ...{ path: '/console/mentions', roles: ['reviewer', 'analyst'] },
  },
  {
    ...{ id: 'overview', group: 'Figures', label: 'Overview', icon: 'chart' },
    ...{ path: '/console/overview', roles: ['lead', 'analyst', 'operator'] },
  },
  {
    ...{ id: 'me', group: 'Figures', label: 'My day', icon: 'clock', path: '/console/me' },
    roles: ['reviewer'],
  },
  {
    ...{ id: 'team', group: 'Figures', label: 'Team', icon: 'person', path: '/console/team' },
    roles: ['lead'],
  },
  {
    ...{ id: 'alerts', group: 'Evidence', label: 'Alerts', icon: 'bell', path: '/console/alerts' },
    roles: ['reviewer', 'analyst'],
  },
  {
    ...{ id: 'lists', group: 'Evidence', label: 'Lists', icon: 'list', path: '/console/lists' },
    roles: ['reviewer', 'analyst', 'operator'],
  },
  {
    ...{ id: 'labels', group: 'Evidence', label: 'Labels', icon: 'tag', path: '/console/labels' },
    roles: ['analyst', 'reviewer', 'operator'],
  },
  {
    ...{ id: 'imports', group: 'Evidence', label: 'Imports', icon: 'order' },
    ...{ path: '/console/imports', roles: ['analyst', 'reviewer', 'operator'] },
  },
  {
    ...{ id: 'rules', group: 'Rules', label: 'Rules', icon: 'rule', path: '/console/rules' },
    roles: ['analyst', 'reviewer', 'operator'],
  },
  {
    ...{ id: 'trials', group: 'Rules', label: 'Trials', icon: 'trial', path: '/console/trials' },
    roles: ['analyst', 'operator'],
  },
  {
    ...{ id: 'backtests', group: 'Rules', label: 'Backtests', icon: 'undo' },
    ...{ path: '/console/backtests', roles: ['analyst', 'operator'] },
  },
  {
    ...{ id: 'learned-points', group: 'Rules', label: 'Learned points', icon: 'graph' },
    ...{ path: '/console/learned-points', roles: ['analyst', 'reviewer', 'operator'] },
  },
  {
    ...{ id: 'drift', group: 'Rules', label: 'Drift', icon: 'differs', path: '/console/drift' },
    roles: ['analyst', 'lead', 'operator'],
  },
  {
    ...{ id: 'flag-guard', group: 'Rules', label: 'Flag guard', icon: 'escalate' },
    ...{ path: '/console/flag-guard', roles: ['analyst', 'lead', 'operator'] },
  },
  {
    ...{ id: 'policies', group: 'Rules', label: 'Policies', icon: 'check' },
    ...{ path: '/console/policies', roles: ['analyst', 'operator'] },
  },
  {
    ...{ id: 'operations', group: 'Running', label: 'Operations', icon: 'ops' },
    ...{ path: '/console/operations', roles: ['operator'] },
  },
  {
    ...{ id: 'partners', group: 'Running', label: 'Partners', icon: 'plug' },
    ...{ path: '/console/partners', roles: ['operator', 'analyst'] },
  },
  {
    ...{ id: 'audit', group: 'Running', label: 'Audit', icon: 'log', path: '/console/audit' },
    roles: ['analyst', 'operator'],
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

/** Where an account begins: who decides orders at the queue, all others at the overview. */
export const homeOf = ({ role }: Account): string =>
  role === 'reviewer' || role === 'lead' ? '/console/queue' : '/console/overview';
