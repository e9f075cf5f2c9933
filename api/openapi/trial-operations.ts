import { ShadowRuleReport, TrialReport } from '../../contracts/v1/trial-reports.js';
import {
  NewTrial,
  ShadowQuery,
  Trial,
  TrialChange,
  TrialEnd,
  TrialList,
  TrialOrderPage,
  TrialOrderQuery,
  TrialQuery,
} from '../../contracts/v1/trials.js';
import type { Operation } from './operation.js';

const readers = ['analyst', 'reviewer', 'operator'] as const;

/** Trials of rule sets, and shadow rules. */
export const trialOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/rule-sets/trials',
    tag: 'Rule sets',
    summary: 'List the trials, newest first; one at most is running.',
    roles: readers,
    answer: TrialList,
    faults: {},
  },
  {
    method: 'post',
    path: '/v1/rule-sets/trials',
    tag: 'Rule sets',
    summary: 'Try a draft or a version beside the rule set in force: in shadow, or by a share.',
    roles: ['analyst'],
    body: NewTrial,
    answer: Trial,
    faults: {
      400: 'Bad input; or the text has problems, each with its line.',
      404: 'No such draft or version.',
      409:
        '`stale_base`: begun from what is not in force any more; `needs_confirmation`; ' +
        '`trial_running`: another one is; `version_conflict`: it is in force already; ' +
        '`four_eyes`: an editor of the draft may not begin a rollout; `draft_closed`.',
    },
  },
  {
    method: 'get',
    path: '/v1/rule-sets/trials/{trialId}',
    tag: 'Rule sets',
    summary: 'Compare the champion and the challenger of a trial, over at most 92 days.',
    roles: readers,
    query: TrialQuery,
    answer: TrialReport,
    faults: { 400: 'Bad query.', 404: 'No such trial.' },
  },
  {
    method: 'put',
    path: '/v1/rule-sets/trials/{trialId}',
    tag: 'Rule sets',
    summary: "Change a running rollout's share; one that grows keeps everybody who was in it.",
    roles: ['analyst'],
    body: TrialChange,
    answer: Trial,
    faults: {
      400: 'Bad input.',
      404: 'No such trial.',
      409:
        '`trial_not_running`: it has ended, or is in shadow; ' +
        '`four_eyes`: an editor of the draft may not let it grow.',
    },
  },
  {
    method: 'post',
    path: '/v1/rule-sets/trials/{trialId}/end',
    tag: 'Rule sets',
    summary: 'End a trial; one that has ended is answered as it is.',
    roles: ['analyst'],
    body: TrialEnd,
    answer: Trial,
    faults: { 400: 'Bad input.', 404: 'No such trial.' },
  },
  {
    method: 'get',
    path: '/v1/rule-sets/trials/{trialId}/orders',
    tag: 'Rule sets',
    summary: 'List the orders that a shadow trial has evaluated, of one cell of its matrix or all.',
    roles: readers,
    query: TrialOrderQuery,
    answer: TrialOrderPage,
    faults: { 400: 'Bad query.', 404: 'No such trial.' },
  },
  {
    method: 'get',
    path: '/v1/rule-sets/shadow',
    tag: 'Rule sets',
    summary: 'What each shadow rule of a version found, and what it would have changed.',
    roles: readers,
    query: ShadowQuery,
    answer: ShadowRuleReport,
    faults: { 400: 'Bad query.', 404: 'No such version.' },
  },
];
