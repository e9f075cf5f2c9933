import { z } from 'zod';
import type { ErrorCode } from './errors.js';

/** Adds a fault at `path`; `invalid_value` when no code is given. */
export type Refuse = (path: readonly PropertyKey[], message: string, code?: ErrorCode) => void;

const refuserOf =
  <T>({ value, issues }: z.core.ParsePayload<T>): Refuse =>
  (path, message, code = 'invalid_value') => {
    issues.push({ code: 'custom', input: value, path: [...path], message, params: { code } });
  };

/** Skips a check whose values already failed: zod would call it with anything. */
const checkWhen = <T>(
  check: (value: T, refuse: Refuse) => void,
  isSound: (payload: z.core.ParsePayload) => boolean,
): z.core.$ZodCheck<T> => {
  const made = z.check<T>((payload) => check(payload.value, refuserOf(payload)));
  made._zod.def.when = isSound;
  return made;
};

/**
 * A check across several fields of an object. It runs when each of `fields` is valid, whatever the
 * state of the others.
 */
export const across = <T extends object, const K extends keyof T & string>(
  fields: readonly K[],
  check: (value: Pick<T, K>, refuse: Refuse) => void,
): z.core.$ZodCheck<T> => {
  const concerned = new Set<PropertyKey>(fields);
  const isAbout = ({ code, path = [] }: z.core.$ZodRawIssue): boolean => {
    const [field] = path;
    return field === undefined ? code !== 'unrecognized_keys' : concerned.has(field);
  };
  return checkWhen<T>(check, ({ issues }) => !issues.some(isAbout));
};

/** A check of a whole value, such as a list. It runs when nothing inside has failed. */
export const overall = <T>(check: (value: T, refuse: Refuse) => void): z.core.$ZodCheck<T> =>
  checkWhen(check, ({ issues }) => issues.length === 0);
