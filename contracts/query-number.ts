import { primitive } from './faults.js';
import { refuse } from './refusal.js';

/** A whole number in a query or a path, at most 2^53-1; anything else is `invalid_value`. */
export const numberInQuery = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  primitive({ type: 'integer', minimum: min, maximum: max }, (value) => {
    const whole = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : -1;
    return whole >= min && whole <= max
      ? whole
      : refuse('invalid_value', `must be a whole number from ${min} to ${max}`);
  });
