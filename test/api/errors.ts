import { expect } from 'vitest';
import { ApiErrors } from '../../contracts/errors.js';
import type { ApiReply } from './server.js';

/** Status and codes of a fault, after a check of its body against the published error array. */
export const faultOf = (reply: Pick<ApiReply, 'status' | 'json' | 'text'>) => {
  const errors = ApiErrors.parse(reply.json);
  expect(Object.keys(errors[0] ?? {}).toSorted()).toEqual(['error', 'message']);
  return [reply.status, ...errors.map((error) => error.error)];
};
