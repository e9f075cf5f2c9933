import { PartnerList, PartnerState, PartnerSwitch } from '../../contracts/v1/partners.js';
import {
  PolicyChange,
  PolicyDiff,
  PolicyHistory,
  PolicyList,
  PolicyPublished,
  PolicyReturn,
  PolicyToTry,
  PolicyTry,
  PolicyVersion,
} from '../../contracts/v1/policies.js';
import { DiffQuery } from '../../contracts/v1/rule-sets.js';
import { RuleSettings } from '../../contracts/v1/settings.js';
import type { Operation } from './operation.js';

const policyConflicts =
  '`version_conflict`: another version than `expectedVersion` is in force; ' +
  '`needs_confirmation`: many answers would have been others.';

/** What analysts and operators set while Verdict runs. */
export const controlOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/policies',
    tag: 'Policies',
    summary: 'List the policy in force of every banner.',
    roles: ['analyst', 'operator', 'reviewer'],
    answer: PolicyList,
    faults: {},
  },
  {
    method: 'get',
    path: '/v1/policies/{banner}',
    tag: 'Policies',
    summary: 'Read the policy in force of one banner.',
    roles: ['analyst', 'operator', 'reviewer'],
    answer: PolicyVersion,
    faults: { 404: 'No such banner.' },
  },
  {
    method: 'get',
    path: '/v1/policies/{banner}/versions',
    tag: 'Policies',
    summary: "List the policies of one banner, newest first; the last is the settings file's.",
    roles: ['analyst', 'operator', 'reviewer'],
    answer: PolicyHistory,
    faults: { 404: 'No such banner.' },
  },
  {
    method: 'put',
    path: '/v1/policies/{banner}',
    tag: 'Policies',
    summary: 'Put a policy in force; the one that is in force already changes nothing.',
    roles: ['analyst'],
    body: PolicyChange,
    proposes: true,
    answer: PolicyPublished,
    faults: {
      400: 'Bad input, or a budget above that of the installation.',
      404: 'No such banner.',
      409: policyConflicts,
    },
  },
  {
    method: 'get',
    path: '/v1/policies/{banner}/versions/{version}/diff',
    tag: 'Policies',
    summary: 'Compare a version with another one, by default the one before it.',
    roles: ['analyst', 'operator', 'reviewer'],
    query: DiffQuery,
    answer: PolicyDiff,
    faults: { 400: 'Bad query.', 404: 'No such banner or version.' },
  },
  {
    method: 'post',
    path: '/v1/policies/{banner}/versions/{version}/publication',
    tag: 'Policies',
    summary: 'Put an earlier policy in force again, as the next version.',
    roles: ['analyst'],
    body: PolicyReturn,
    proposes: true,
    answer: PolicyPublished,
    faults: { 400: 'Bad input.', 404: 'No such banner or version.', 409: policyConflicts },
  },
  {
    method: 'post',
    path: '/v1/policies/{banner}/try',
    tag: 'Policies',
    summary: "Tell what the banner's answers of the last day would have been under a policy.",
    roles: ['analyst'],
    body: PolicyToTry,
    answer: PolicyTry,
    faults: { 400: 'Bad input.', 404: 'No such banner.' },
  },
  {
    method: 'get',
    path: '/v1/settings',
    tag: 'Policies',
    summary: 'Read what of the settings file the rules go by: goods, domains, bands, stores.',
    roles: ['analyst', 'operator', 'reviewer'],
    answer: RuleSettings,
    faults: {},
  },
  {
    method: 'get',
    path: '/v1/partners',
    tag: 'Partners',
    summary: 'List the partners: lever, breaker and latency as the live workers report them.',
    roles: ['operator', 'analyst'],
    answer: PartnerList,
    faults: {},
  },
  {
    method: 'put',
    path: '/v1/partners/{name}',
    tag: 'Partners',
    summary: 'Switch a partner on or off for every banner.',
    roles: ['operator'],
    body: PartnerSwitch,
    proposes: true,
    answer: PartnerState,
    faults: { 400: 'Bad input.', 404: 'No such partner.' },
  },
];
