import { z } from 'zod';
import { type Banner, banners } from '../../contracts/hbc/transaction.js';
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
import type { Role } from '../../contracts/v1/roles.js';
import { DiffQuery } from '../../contracts/v1/rule-sets.js';
import { RuleSettings } from '../../contracts/v1/settings.js';
import { countUnderPolicy } from '../../services/confirmation.js';
import {
  differencesOf,
  diffPolicy,
  listPolicies,
  listPolicyHistory,
  readPolicy,
  readPolicyVersion,
} from '../../services/policies/versions.js';
import { type PolicyToPublish, publishPolicy } from '../../services/policies/publish.js';
import { showSettings } from '../../services/settings.js';
import type { CallContext } from '../context.js';
import { badRequest } from '../faults.js';
import { found, get, pathPart, post, proposed, put, tagged } from '../operation.js';
import { needsConfirmation, versionConflict } from '../refusals.js';
import { noSuchVersion, versionPart } from '../rule-set-answers.js';

const readers: readonly Role[] = ['analyst', 'operator', 'reviewer'];
const writers: readonly Role[] = ['analyst'];

const banner = { banner: pathPart(z.enum(banners), 'The banner.', 'no such banner') };
const version = { ...banner, version: versionPart };

const conflicts =
  '`version_conflict`: a version other than `expectedVersion` is in force; ' +
  '`needs_confirmation`: many answers would change.';

const publish = async (context: CallContext, given: PolicyToPublish) => {
  const published = await publishPolicy(context, given);
  switch (published.kind) {
    case 'published':
    case 'unchanged':
      // The next order that this process receives must use the policy just published.
      await context.controls.refresh();
      return published.version;
    case 'proposed':
      return proposed(published);
    case 'version_conflict':
      throw versionConflict();
    case 'needs_confirmation':
      throw needsConfirmation(published);
    case 'budget_too_large': {
      const message = `$.policy.budgetMs must be at most ${context.budgetMaxMs}`;
      throw badRequest([{ error: 'invalid_value', message }]);
    }
    default:
      return published satisfies never;
  }
};

const earlierPolicy = async (context: CallContext, of: Banner, number: number) => {
  const earlier = await readPolicyVersion(context, context.defaults, of, number);
  return found(earlier, noSuchVersion).policy;
};

const tag = {
  name: 'Policies',
  description:
    'How each banner decides, apart from its rules. A published policy is never deleted.',
};

export const policyOperations = tagged(tag, [
  get('/v1/policies', {
    summary: 'List the policy in force of every banner.',
    roles: readers,
    answer: PolicyList,
    returns: 'One policy per banner.',
    handle: async (context) => ({
      policies: await listPolicies(context, context.defaults),
    }),
  }),
  get('/v1/policies/{banner}', {
    summary: 'Read the policy in force of one banner.',
    roles: readers,
    params: banner,
    answer: PolicyVersion,
    returns: 'The policy in force.',
    handle: (context, { params }) => readPolicy(context, context.defaults, params.banner),
  }),
  get('/v1/policies/{banner}/versions', {
    summary: "List the policies of one banner, newest first; the last is the settings file's.",
    roles: readers,
    params: banner,
    answer: PolicyHistory,
    returns: 'The versions, newest first.',
    handle: async (context, { params }) => ({
      versions: await listPolicyHistory(context, context.defaults, params.banner),
    }),
  }),
  put('/v1/policies/{banner}', {
    summary: 'Publish a policy; a policy that is already in force changes nothing.',
    description: 'A setting that the policy leaves out gets its default.',
    roles: writers,
    params: banner,
    body: PolicyChange,
    examples: { reviewAll: { policy: { reviewAll: true }, note: 'an attack is under way' } },
    proposes: true,
    answer: PolicyPublished,
    returns: 'What is in force now, and what this changed.',
    faults: {
      400: 'Bad input, or a budget above that of the installation.',
      409: conflicts,
    },
    handle: (context, { params, body }) =>
      publish(context, { banner: params.banner, change: body }),
  }),
  get('/v1/policies/{banner}/versions/{version}/diff', {
    summary: 'Compare a version with another one, by default the one before it.',
    roles: readers,
    params: version,
    query: DiffQuery,
    answer: PolicyDiff,
    returns: 'The differences, setting by setting.',
    faults: { 404: 'No such banner or version.' },
    handle: async (context, { params, query: { from } }) =>
      found(await diffPolicy(context, context.defaults, { ...params, from }), noSuchVersion),
  }),
  post('/v1/policies/{banner}/versions/{version}/publication', {
    summary: 'Publish an earlier policy again, as the next version.',
    roles: writers,
    params: version,
    body: PolicyReturn,
    examples: { back: { note: 'the attack is over' } },
    proposes: true,
    answer: PolicyPublished,
    returns: 'What is in force now, and what this changed.',
    faults: { 404: 'No such banner or version.', 409: conflicts },
    handle: async (context, { params, body }) => {
      const policy = await earlierPolicy(context, params.banner, params.version);
      return publish(context, {
        banner: params.banner,
        change: { ...body, policy },
      });
    },
  }),
  post('/v1/policies/{banner}/try', {
    summary: "Try a policy: what the banner's answers of the last day would have been.",
    roles: writers,
    params: banner,
    body: PolicyToTry,
    examples: { reviewAll: { policy: { reviewAll: true } } },
    answer: PolicyTry,
    returns: 'The differences from the policy in force, and how many answers would change.',
    handle: async (context, { params, body: { policy } }) => {
      const inForce = await readPolicy(context, context.defaults, params.banner);
      const given = { banner: params.banner, inForce, policy };
      const answers = await countUnderPolicy(context, given);
      return { changes: differencesOf(inForce.policy, policy), answers };
    },
  }),
  get('/v1/settings', {
    summary: 'Read the settings that the rules use: goods, domains, bands, stores.',
    roles: readers,
    answer: RuleSettings,
    returns: 'The settings; only the settings file can change them.',
    handle: ({ settings }) => showSettings(settings),
  }),
]);
