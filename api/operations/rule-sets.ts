import { FlagReport } from '../../contracts/v1/flag-guard.js';
import { RuleSetPublished } from '../../contracts/v1/rule-set-changes.js';
import {
  DiffQuery,
  FactCatalogue,
  RuleSetDiff,
  RuleSetInForce,
  RuleSetPublications,
  RuleSetVersions,
  RuleSetVersionText,
  RuleTextCheck,
  RuleTextToCheck,
  VersionPublication,
} from '../../contracts/v1/rule-sets.js';
import type { Role } from '../../contracts/v1/roles.js';
import { readFlagReport } from '../../services/flag-guard/report.js';
import { findProblems } from '../../services/rule-sets/check.js';
import { diffVersion } from '../../services/rule-sets/diff.js';
import { listFacts } from '../../services/rule-sets/facts.js';
import { readInForce } from '../../services/rule-sets/in-force.js';
import { publishVersion } from '../../services/rule-sets/publish.js';
import { listPublications, listVersions, readVersion } from '../../services/rule-sets/versions.js';
import { found, get, post, tagged } from '../operation.js';
import {
  diffOf,
  inForceOf,
  noSuchVersion,
  publishConflicts,
  versionPart,
  wrongTextFault,
} from '../rule-set-answers.js';

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

const params = { version: versionPart };

const tag = {
  name: 'Rule sets',
  description: 'Published rule sets, and the facts that rules may read.',
};

export const ruleSetOperations = tagged(tag, [
  get('/v1/rule-sets', {
    summary: 'Read which rule set is in force.',
    roles: readers,
    answer: RuleSetInForce,
    returns: 'The rule set in force.',
    handle: (context) => readInForce(context, context.shipped),
  }),
  get('/v1/rule-sets/flags', {
    summary: 'Read how many orders the rules in force flag, beside what was expected of them.',
    description:
      'A flagged order is one that the rules alone would not accept. Counts the latest orders ' +
      'since the publication, at most 5,000 of the last day.',
    roles: readers,
    answer: FlagReport,
    returns: 'The flags of each banner, and how the guard judges them.',
    handle: (context) => readFlagReport(context),
  }),
  get('/v1/rule-sets/publications', {
    summary: 'List the publications: which version came into force when, newest first.',
    roles: readers,
    answer: RuleSetPublications,
    returns: 'The publications, newest first.',
    handle: async (context) => ({ publications: await listPublications(context) }),
  }),
  get('/v1/rule-sets/versions', {
    summary: 'List the versions, newest first; the last is the shipped file.',
    roles: readers,
    answer: RuleSetVersions,
    returns: 'The versions, newest first.',
    handle: async (context) => ({ versions: await listVersions(context, context.shipped) }),
  }),
  get('/v1/rule-sets/versions/{version}', {
    summary: 'Read a version with its text.',
    roles: readers,
    params,
    answer: RuleSetVersionText,
    returns: 'The version.',
    handle: async (context, { params: { version } }) =>
      found(await readVersion(context, context.shipped, version), noSuchVersion),
  }),
  get('/v1/rule-sets/versions/{version}/diff', {
    summary: 'Compare a version with another one, by default the previous one.',
    roles: readers,
    params,
    query: DiffQuery,
    answer: RuleSetDiff,
    returns: 'The differences, rule by rule.',
    faults: { 400: 'Bad query, or a text that this release can no longer read.' },
    handle: async (context, { params: { version }, query: { from } }) =>
      diffOf(await diffVersion(context, context.shipped, version, from), noSuchVersion),
  }),
  post('/v1/rule-sets/versions/{version}/publication', {
    summary: 'Publish a version, for example to go back to an earlier one.',
    roles: writers,
    params,
    body: VersionPublication,
    examples: { back: { note: 'the new rules sent too much to review' } },
    answer: RuleSetPublished,
    returns: 'What is in force now, and what this changed.',
    faults: { 400: wrongTextFault, 409: publishConflicts },
    handle: async (context, { params: { version }, body: publication }) => {
      const published = await publishVersion(context, { version, publication });
      return inForceOf(published, noSuchVersion);
    },
  }),
  post('/v1/rule-sets/validation', {
    summary: 'Check the text of a rule set without storing it.',
    roles: writers,
    body: RuleTextToCheck,
    examples: { broken: { text: 'rules:\n  - id: R1\n' } },
    answer: RuleTextCheck,
    returns: 'The problems of the text, if there are any.',
    handle: async (context, { body: { text } }) => {
      const problems = await findProblems(context, text);
      return { valid: problems.length === 0, problems };
    },
  }),
  get('/v1/rule-sets/facts', {
    summary: 'List every fact and subject that a rule may read.',
    roles: readers,
    answer: FactCatalogue,
    returns: 'The facts, with their meanings.',
    handle: () => listFacts(),
  }),
]);
