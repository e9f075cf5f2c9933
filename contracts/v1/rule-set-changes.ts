import { z } from 'zod';
import { RuleSetInForce } from './rule-sets.js';

/** Rules, overrides (`bay:R50`), `bands` and `order`, by name. */
export const RuleSetNames = z
  .object({
    added: z.array(z.string()),
    removed: z.array(z.string()),
    changed: z.array(z.string()),
  })
  .meta({ id: 'RuleSetNames' });
export type RuleSetNames = z.output<typeof RuleSetNames>;

/** Answer of a publication: the rule set in force now, and the differences to the previous one. */
export const RuleSetPublished = RuleSetInForce.extend({
  /** Null when this release cannot read the previous rule set. */
  changes: RuleSetNames.nullable(),
}).meta({ id: 'RuleSetPublished' });
export type RuleSetPublished = z.output<typeof RuleSetPublished>;

export const rebaseChoices = ['draft', 'in_force'] as const;
export type RebaseChoice = (typeof rebaseChoices)[number];

/** Body of `POST /v1/rule-sets/drafts/{id}/rebase`; it may be left out. */
export const DraftRebase = z
  .strictObject({
    /** The revision that the caller has read; the request fails after another writer's change. */
    revision: z.int().min(1).optional(),
    /** Which side wins where both changed the same part, by the name of the conflict. */
    choices: z.record(z.string().max(80), z.enum(rebaseChoices)).default({}),
  })
  .meta({ id: 'RuleSetDraftRebase' });
export type DraftRebase = z.output<typeof DraftRebase>;
