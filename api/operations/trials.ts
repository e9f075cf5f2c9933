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
import type { Role } from '../../contracts/v1/roles.js';
import { loadVersion } from '../../services/rule-sets/versions.js';
import { reportShadowRules } from '../../services/shadow/report.js';
import { changePercent, endTrial, type PercentChange } from '../../services/trials/change.js';
import {
  listTrialOrders,
  listTrials,
  readTrialOrderCursor,
  reportTrial,
} from '../../services/trials/read.js';
import { type StartedTrial, startTrial } from '../../services/trials/start.js';
import { fault } from '../faults.js';
import { found, get, idPart, post, put, tagged } from '../operation.js';
import { placeOf } from '../parsed.js';
import { needsConfirmation, staleBase, versionConflict } from '../refusals.js';
import { noSuchDraft, noSuchVersion, wrongText } from '../rule-set-answers.js';

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

const params = { trialId: idPart("The trial's id.", 'no such trial') };
const noSuchTrial = params.trialId.missing;

const faultOfDraft = (kind: 'unknown' | 'closed' | 'revision_conflict') => {
  switch (kind) {
    case 'unknown':
      return noSuchDraft();
    case 'closed':
      return fault(409, 'draft_closed', 'the draft was published or discarded');
    case 'revision_conflict':
      return fault(409, 'version_conflict', 'the draft was changed at this moment');
    default:
      return kind satisfies never;
  }
};

const startedOf = (started: StartedTrial): Trial => {
  switch (started.kind) {
    case 'started':
      return started.trial;
    case 'trial_running':
      throw fault(409, 'trial_running', 'another trial is running; end it first');
    case 'stale_base':
      throw staleBase();
    case 'needs_confirmation':
      throw needsConfirmation(started);
    case 'in_force':
      throw fault(409, 'version_conflict', 'the version is in force already');
    case 'four_eyes':
      throw fault(409, 'four_eyes', 'somebody who did not write in the draft must begin a rollout');
    case 'unknown_version':
      throw noSuchVersion();
    case 'draft':
      throw faultOfDraft(started.frozen);
    case 'refused':
      throw wrongText(started.problems, 'the text');
    default:
      return started satisfies never;
  }
};

const changedOf = (changed: PercentChange): Trial => {
  switch (changed.kind) {
    case 'changed':
    case 'unchanged':
      return changed.trial;
    case 'unknown_trial':
      throw noSuchTrial();
    case 'four_eyes':
      throw fault(409, 'four_eyes', 'somebody who did not write in the draft must let it grow');
    case 'version_conflict':
      throw versionConflict();
    case 'needs_confirmation':
      throw needsConfirmation(changed);
    case 'not_running':
      throw fault(409, 'trial_not_running', 'only a running rollout has a share to change');
    default:
      return changed satisfies never;
  }
};

const tag = {
  name: 'Trials',
  description: 'Trials of a rule set beside the one in force, and reports on shadow rules.',
};

export const trialOperations = tagged(tag, [
  get('/v1/rule-sets/trials', {
    summary: 'List the trials, newest first; at most one is running.',
    roles: readers,
    answer: TrialList,
    returns: 'The trials, newest first.',
    handle: async (context) => ({ trials: await listTrials(context) }),
  }),
  post('/v1/rule-sets/trials', {
    summary: 'Start a trial of a draft or version beside the rule set in force: shadow or rollout.',
    roles: writers,
    body: NewTrial,
    examples: {
      shadow: { draftId: '00000000-0000-4000-8000-000000000000', mode: 'shadow', note: 'peak' },
    },
    answer: Trial,
    returns: 'The running trial.',
    faults: {
      400: 'Bad input; or the text has problems, each with its line.',
      404: 'No such draft or version.',
      409:
        '`stale_base`: its base is no longer in force; `needs_confirmation`; ' +
        '`trial_running`: another one is; `version_conflict`: it is in force already; ' +
        '`four_eyes`: the caller has edited the draft, so may not start a rollout; `draft_closed`.',
    },
    handle: async (context, { body: request }) => startedOf(await startTrial(context, request)),
  }),
  get('/v1/rule-sets/trials/{trialId}', {
    summary: 'Compare the champion and the challenger of a trial, over at most 92 days.',
    roles: readers,
    params,
    query: TrialQuery,
    answer: TrialReport,
    returns: 'The trial, and the results of both sides.',
    handle: async (context, { params: { trialId }, query }) => {
      const request = { ...query, trialId };
      return found(
        await context.trialReports.answer(['trial', request], () => reportTrial(context, request)),
        noSuchTrial,
      );
    },
  }),
  put('/v1/rule-sets/trials/{trialId}', {
    summary: "Change a running rollout's share; a larger share keeps all subjects that were in it.",
    roles: writers,
    params,
    body: TrialChange,
    examples: { quarter: { percent: 25 } },
    answer: Trial,
    returns: 'The running trial, changed.',
    faults: {
      409:
        '`trial_not_running`: it has ended, or is in shadow; ' +
        '`four_eyes`: the caller has edited the draft, so may not raise the share.',
    },
    handle: async (context, { params: { trialId }, body }) =>
      changedOf(await changePercent(context, { trialId, ...body })),
  }),
  post('/v1/rule-sets/trials/{trialId}/end', {
    summary: 'End a trial; one that has ended is returned unchanged.',
    roles: writers,
    params,
    body: TrialEnd,
    examples: { noted: { note: 'seen enough' } },
    answer: Trial,
    returns: 'The trial, which has ended.',
    handle: async (context, { params: { trialId }, body: { note } }) =>
      found(await endTrial(context, { trialId, note }), noSuchTrial),
  }),
  get('/v1/rule-sets/trials/{trialId}/orders', {
    summary:
      'List the orders that a shadow trial has evaluated, for one cell of its matrix or all.',
    roles: readers,
    params,
    query: TrialOrderQuery,
    answer: TrialOrderPage,
    returns: 'A page of orders.',
    handle: async (context, { params: { trialId }, query: { cursor, ...query } }) => {
      const after = placeOf(cursor, readTrialOrderCursor);
      return found(await listTrialOrders(context, { ...query, trialId, after }), noSuchTrial);
    },
  }),
  get('/v1/rule-sets/shadow', {
    summary: 'Report what each shadow rule of a version found and would have changed.',
    roles: readers,
    query: ShadowQuery,
    answer: ShadowRuleReport,
    returns: 'Figures of each shadow rule.',
    faults: { 404: 'No such version.' },
    handle: async (context, { query }) => {
      const shipped = { version: 0, ruleSet: context.shipped.ruleSet };
      const ruleSet = await loadVersion(context, shipped, context.loadedVersions, query.version);
      if (ruleSet === undefined) throw noSuchVersion();
      return context.trialReports.answer(['shadow', query], () =>
        reportShadowRules(context, { ...query, ruleSet }),
      );
    },
  }),
]);
