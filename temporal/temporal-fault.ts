import { TemporarilyUnavailable } from '../contracts/unavailable.js';

/** Errors of the language itself: a programming error, which a retry does not cure. */
const mistakes = [TypeError, RangeError, ReferenceError, SyntaxError];

/**
 * Maps a failed call to Temporal to `TemporarilyUnavailable`: the outcome is unknown, and a retry
 * is safe. The client library throws errors of many classes, and sometimes raw gRPC errors. Only a
 * programming error passes unchanged.
 */
export const temporalFault = (error: unknown): Error =>
  error instanceof Error && mistakes.some((mistake) => error instanceof mistake)
    ? error
    : new TemporarilyUnavailable('temporal', error);
