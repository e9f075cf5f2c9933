import { z } from 'zod';
import { outcomes } from '../hbc/decision.js';

/**
 * The effect of a change on the answers of the last day; on a busy day, on a sample of its orders.
 */
export const AnswerFigures = z
  .object({
    /** Start of the period in which the orders were received. */
    from: z.iso.datetime(),
    /** Orders of the day. */
    orders: z.int().min(0),
    /** How many of them were evaluated again. */
    evaluated: z.int().min(0),
    /**
     * How many of them could not be evaluated: facts or votes are missing, or the time limit
     * passed.
     */
    undetermined: z.int().min(0),
    /** The reason in words; null when all were evaluated. */
    hint: z.string().nullable(),
    /** How many of the evaluated orders would get another answer. */
    changed: z.int().min(0),
    /** `changed` of `evaluated`, 0 to 1. */
    share: z.number().min(0).max(1),
    changes: z.array(
      z.object({ was: z.enum(outcomes), would: z.enum(outcomes), orders: z.int().min(1) }),
    ),
  })
  .meta({ id: 'AnswerFigures' });
export type AnswerFigures = z.output<typeof AnswerFigures>;

/** The effect of a change; sent when the change needs a confirmation. */
export const ConfirmationFigures = z
  .object({
    /** Rules that go out of force, for the banner that loses most; null for a policy. */
    rules: z
      .object({
        inForce: z.int().min(0),
        out: z.int().min(0),
        /** Share of the coverage of the rules in force, 0 to 1; a rollout covers its share. */
        share: z.number().min(0).max(1),
        /** The first hundred of them. */
        ids: z.array(z.string()),
      })
      .nullable(),
    answers: AnswerFigures,
  })
  .meta({ id: 'ConfirmationFigures' });
export type ConfirmationFigures = z.output<typeof ConfirmationFigures>;

/** The value from an answer `needs_confirmation`: it confirms exactly this change. */
export const confirmation = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be the value of an answer needs_confirmation')
  .optional();
