import type { ApiError } from '../contracts/errors.js';
import { type RuleSetPublished } from '../contracts/v1/rule-set-changes.js';
import {
  type RuleSetDiff,
  type RuleSetDraftText,
  type RuleTextProblem,
  VersionNumber,
} from '../contracts/v1/rule-sets.js';
import type { ChangedDraft } from '../services/rule-sets/drafts.js';
import type { Diffed } from '../services/rule-sets/diff.js';
import type { PublishedRules } from '../services/rule-sets/put-in-force.js';
import type { Rebased } from '../services/rule-sets/rebase.js';
import { badRequest, fault, HttpFault } from './faults.js';
import { idPart, pathPart } from './operation.js';
import { needsConfirmation, staleBase, versionConflict } from './refusals.js';

/** A version's number in a path. */
export const versionPart = pathPart(
  VersionNumber,
  'The number of the version; 0 is the one that the files define.',
  'no such version',
);
/** 404: there is no such version. */
export const noSuchVersion = versionPart.missing;

/** A draft's id in a path. */
export const draftPart = idPart("The draft's id.", 'no such draft');
/** 404: there is no such draft. */
export const noSuchDraft = draftPart.missing;

/** Descriptions of the faults below for the OpenAPI document. */
export const wrongTextFault = 'Bad input, or a text with problems, each with line and column.';
export const draftConflicts =
  '`version_conflict`: the draft has another revision now; `draft_closed`: no longer open.';
export const publishConflicts =
  '`version_conflict`: another version is in force, or the draft has another revision now; ' +
  '`stale_base`: its base is no longer in force; `needs_confirmation`: the change is large; ' +
  '`four_eyes`: the caller has edited the draft; `draft_closed`.';

/** 409: the draft can no longer be changed. */
export const draftClosed = () =>
  fault(409, 'draft_closed', 'the draft was published or discarded; begin another one');
const revisionConflict = () =>
  fault(409, 'version_conflict', '$.revision is not the present one of the draft; read it again');

/** What keeps a draft from being changed. */
const draftFault = (kind: 'revision_conflict' | 'closed' | 'unknown') => {
  switch (kind) {
    case 'revision_conflict':
      return revisionConflict();
    case 'closed':
      return draftClosed();
    case 'unknown':
      return noSuchDraft();
    default:
      return kind satisfies never;
  }
};

/** 400 with one element for each problem of a text; `where` names the text. */
export const wrongText = (problems: readonly RuleTextProblem[], where: string) =>
  badRequest(
    problems.map(
      ({ rule, message, line, column }): ApiError => ({
        error: 'invalid_value',
        message: `${where}, line ${line}, column ${column}: ${rule}: ${message}`,
      }),
    ),
  );

/** Returns the diff, or throws the fault. */
export const diffOf = (diffed: Diffed, noSuch: () => Error): RuleSetDiff => {
  switch (diffed.kind) {
    case 'compared':
      return diffed.diff;
    case 'refused':
      throw wrongText(diffed.problems, 'the text');
    case 'unknown':
      throw noSuch();
    case 'unknown_from':
      throw noSuchVersion();
    default:
      return diffed satisfies never;
  }
};

/** Returns what is in force after a publication, or throws the fault. */
export const inForceOf = (published: PublishedRules, noSuch: () => Error): RuleSetPublished => {
  switch (published.kind) {
    case 'published':
    case 'unchanged':
      return published.inForce;
    case 'refused':
      throw wrongText(published.problems, 'the text');
    case 'version_conflict':
      throw versionConflict();
    case 'stale_base':
      throw staleBase();
    case 'needs_confirmation':
      throw needsConfirmation(published);
    case 'revision_conflict':
      throw revisionConflict();
    case 'four_eyes':
      throw fault(409, 'four_eyes', 'somebody who did not write in the draft must publish it');
    case 'revision_needed':
      throw badRequest([
        { error: 'missing_field', message: '$.revision is required: which one you have read' },
      ]);
    case 'closed':
      throw draftClosed();
    case 'unknown':
      throw noSuch();
    default:
      return published satisfies never;
  }
};

/** Returns the changed draft, or throws the fault. */
export const changedOf = (changed: ChangedDraft) => {
  switch (changed.kind) {
    case 'changed':
      return changed.draft;
    case 'unkeepable':
      throw wrongText(changed.problems, '$.text');
    default:
      throw draftFault(changed.kind);
  }
};

/** Returns the rebased draft, or throws the fault. */
export const rebasedOf = (rebased: Rebased): RuleSetDraftText => {
  switch (rebased.kind) {
    case 'rebased':
      return rebased.draft;
    case 'conflicts':
      throw new HttpFault(
        409,
        rebased.names.map((name) => ({
          error: 'rebase_conflict' as const,
          message: `${name} was changed in the draft and otherwise in what is in force`,
        })),
      );
    case 'refused':
      throw wrongText(rebased.problems, 'the text');
    default:
      throw draftFault(rebased.kind);
  }
};
