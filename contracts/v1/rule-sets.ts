import { z } from 'zod';
import { banners } from '../hbc/transaction.js';
import { storableText, trimmedText } from '../faults.js';
import { textLimits } from '../text-limits.js';
import { numberInQuery } from '../query-number.js';
import { confirmation } from './confirmation.js';
import { reasonText } from './free-text.js';

/** A text of this many characters holds 300 rules with room to spare. */
export const ruleTextMax = textLimits.ruleSetText.max;

const ruleText = storableText('ruleSetText', 1);
const draftName = trimmedText('draftName', 1);

/** A problem in the text of a rule set; line and column count from 1. */
export const RuleTextProblem = z
  .object({
    /** The rule's id, or its position without one; `rule set` for problems outside rules. */
    rule: z.string(),
    message: z.string(),
    line: z.int().min(1),
    column: z.int().min(1),
  })
  .meta({ id: 'RuleTextProblem' });
export type RuleTextProblem = z.output<typeof RuleTextProblem>;

/** Body of `POST /v1/rule-sets/validation`. */
export const RuleTextToCheck = z.strictObject({ text: ruleText }).meta({ id: 'RuleTextToCheck' });

/** Answer of `POST /v1/rule-sets/validation`. */
export const RuleTextCheck = z
  .object({ valid: z.boolean(), problems: z.array(RuleTextProblem) })
  .meta({ id: 'RuleTextCheck' });

/** Body of `POST /v1/rule-sets/drafts`; without `text` it starts with the text in force. */
export const NewRuleSetDraft = z
  .strictObject({ name: draftName, text: ruleText.optional() })
  .meta({ id: 'NewRuleSetDraft' });
export type NewRuleSetDraft = z.output<typeof NewRuleSetDraft>;

/** Body of `PUT /v1/rule-sets/drafts/{id}`. */
export const RuleSetDraftChange = z
  .strictObject({
    text: ruleText,
    name: draftName.optional(),
    /** The revision that the writer has read; the change fails after another writer's change. */
    revision: z.int().min(1),
  })
  .meta({ id: 'RuleSetDraftChange' });
export type RuleSetDraftChange = z.output<typeof RuleSetDraftChange>;

export const draftStates = ['open', 'published', 'discarded'] as const;
export type DraftState = (typeof draftStates)[number];

export const RuleSetDraft = z
  .object({
    draftId: z.uuid(),
    name: z.string(),
    /** Grows by one with each change. */
    revision: z.int().min(1),
    /** The version that it started from. */
    baseVersion: z.int().min(0),
    state: z.enum(draftStates),
    /** Everybody who edited it, the latest last. */
    editors: z.array(z.string()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'RuleSetDraft' });
export type RuleSetDraft = z.output<typeof RuleSetDraft>;

/** A draft with its text and the problems in it. */
export const RuleSetDraftText = RuleSetDraft.extend({
  text: z.string(),
  problems: z.array(RuleTextProblem),
}).meta({ id: 'RuleSetDraftText' });
export type RuleSetDraftText = z.output<typeof RuleSetDraftText>;

/** Query of `GET /v1/rule-sets/drafts`. */
export const DraftQuery = z.object({ state: z.enum(draftStates).default('open') });

/** Answer of `GET /v1/rule-sets/drafts`, the latest changed first. */
export const RuleSetDrafts = z
  .object({ drafts: z.array(RuleSetDraft) })
  .meta({ id: 'RuleSetDrafts' });

export const RuleSetVersion = z
  .object({
    /** 0 is the shipped file. */
    version: z.int().min(0),
    /** Hash of the text's meaning: layout and comments do not change it. */
    hash: z.string(),
    note: z.string(),
    /** The draft's last editor; null for the shipped file. */
    author: z.string().nullable(),
    draftId: z.uuid().nullable(),
    createdAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'RuleSetVersion' });
export type RuleSetVersion = z.output<typeof RuleSetVersion>;

export const RuleSetVersionText = RuleSetVersion.extend({ text: z.string() }).meta({
  id: 'RuleSetVersionText',
});
export type RuleSetVersionText = z.output<typeof RuleSetVersionText>;

/** Answer of `GET /v1/rule-sets/versions`, newest first; the last is the shipped file. */
export const RuleSetVersions = z
  .object({ versions: z.array(RuleSetVersion) })
  .meta({ id: 'RuleSetVersions' });

export const RuleSetPublication = z
  .object({
    publication: z.int().min(1),
    version: z.int().min(0),
    note: z.string(),
    author: z.string(),
    publishedAt: z.iso.datetime(),
  })
  .meta({ id: 'RuleSetPublication' });
export type RuleSetPublication = z.output<typeof RuleSetPublication>;

/** Answer of `GET /v1/rule-sets/publications`, newest first. */
export const RuleSetPublications = z
  .object({ publications: z.array(RuleSetPublication) })
  .meta({ id: 'RuleSetPublications' });

/** Answer of `GET /v1/rule-sets`: the rule set in force. */
export const RuleSetInForce = z
  .object({
    version: z.int().min(0),
    hash: z.string(),
    /** Number of its rules; null when this release cannot read them. */
    rules: z.int().nullable(),
    /** Null until a first publication: the shipped file is in force until then. */
    publication: z.int().min(1).nullable(),
    note: z.string(),
    author: z.string().nullable(),
    since: z.iso.datetime().nullable(),
  })
  .meta({ id: 'RuleSetInForce' });
export type RuleSetInForce = z.output<typeof RuleSetInForce>;

/** Versions are stored as 32-bit numbers. */
const versionMax = 2_147_483_647;

const expectedVersion = z.int().min(0).max(versionMax).optional();

/** Body of `POST /v1/rule-sets/versions/{n}/publication`. */
export const VersionPublication = z
  .strictObject({
    /** Why, for the audit trail. */
    note: reasonText,
    confirm: confirmation,
    /** When given, the publication fails unless this version is in force. */
    expectedVersion,
  })
  .meta({ id: 'RuleSetVersionPublication' });
export type VersionPublication = z.output<typeof VersionPublication>;

/** Body of `POST /v1/rule-sets/drafts/{id}/publication`. */
export const DraftPublication = z
  .strictObject({
    /** Why, for the audit trail. */
    note: reasonText,
    confirm: confirmation,
    expectedVersion,
    /** The revision that the publisher has read; required with four eyes. */
    revision: z.int().min(1).optional(),
  })
  .meta({ id: 'RuleSetDraftPublication' });
export type DraftPublication = z.output<typeof DraftPublication>;

const fieldChange = z.object({ field: z.string(), before: z.unknown(), after: z.unknown() });

export const RuleSetChange = z
  .object({
    /** The banner of the bands or override; null for those of all banners. */
    banner: z.enum(banners).nullable(),
    /** The rule's id; null for bands and for the order of the rules. */
    rule: z.string().nullable(),
    kind: z.enum(['added', 'removed', 'changed']),
    /** The differences; null stands for an absent value. */
    fields: z.array(fieldChange),
  })
  .meta({ id: 'RuleSetChange' });
export type RuleSetChange = z.output<typeof RuleSetChange>;

/** A version number in a path or query. */
export const VersionNumber = numberInQuery(0, versionMax);

/** Query of both diffs: the version to compare with. */
export const DiffQuery = z.object({
  from: VersionNumber.optional().meta({ description: 'The version to compare with.' }),
});

/** Answer of `GET /v1/rule-sets/versions/{n}/diff` and of a draft's. */
export const RuleSetDiff = z
  .object({
    from: z.int(),
    changes: z.array(RuleSetChange),
    /** Compared with the rule set in force; null when this release cannot read that one. */
    inForce: z.object({ version: z.int(), changes: z.array(RuleSetChange) }).nullable(),
  })
  .meta({ id: 'RuleSetDiff' });
export type RuleSetDiff = z.output<typeof RuleSetDiff>;

const fact = z.object({
  /** The name in the rule language. */
  name: z.string(),
  type: z.enum(['double', 'bool', 'string']),
  meaning: z.string(),
  /** All values of a code; null when they cannot be listed. */
  codes: z.array(z.string()).nullable(),
});

/** Answer of `GET /v1/rule-sets/facts`. */
export const FactCatalogue = z
  .object({
    facts: z.array(fact),
    /** Operands on the left of `in list("...")`, besides text facts: `subject.<name>`. */
    subjects: z.array(z.string()),
  })
  .meta({ id: 'FactCatalogue' });
export type FactCatalogue = z.output<typeof FactCatalogue>;
