import { z } from 'zod';
import { outcomes } from '../hbc/decision.js';

/** What the answers of the last day would have been; of a large day, of a sample of its orders. */
export const AnswerFigures = z
  .object({
    /** Orders received from here on. */
    from: z.iso.datetime(),
    /** Orders of the day. */
    orders: z.int().min(0),
    /** Of these, how many were looked at and could be answered anew. */
    evaluated: z.int().min(0),
    /** Of those looked at, how many could not: facts or votes are missing, or time was up. */
    undetermined: z.int().min(0),
    /** Why, in words; null when all were answered anew. */
    hint: z.string().nullable(),
    /** Of those evaluated, how many would have been answered otherwise. */
    changed: z.int().min(0),
    /** `changed` of `evaluated`, 0 to 1. */
    share: z.number().min(0).max(1),
    changes: z.array(
      z.object({ was: z.enum(outcomes), would: z.enum(outcomes), orders: z.int().min(1) }),
    ),
  })
  .meta({ id: 'AnswerFigures' });
export type AnswerFigures = z.output<typeof AnswerFigures>;

/** What a change would do; told when it needs a confirmation. */
export const ConfirmationFigures = z
  .object({
    /** Rules that go out of force, of the banner that loses most; null for a policy. */
    rules: z
      .object({
        inForce: z.int().min(0),
        out: z.int().min(0),
        /** Of what the rules in force cover, 0 to 1; a rollout covers its share. */
        share: z.number().min(0).max(1),
        /** The first hundred of them. */
        ids: z.array(z.string()),
      })
      .nullable(),
    answers: AnswerFigures,
  })
  .meta({ id: 'ConfirmationFigures' });
export type ConfirmationFigures = z.output<typeof ConfirmationFigures>;

/** The value that an answer `needs_confirmation` gave: this very change is meant. */
export const confirmation = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be the value of an answer needs_confirmation')
  .optional();
