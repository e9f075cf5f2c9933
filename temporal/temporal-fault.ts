import { TemporarilyUnavailable } from '../contracts/unavailable.js';

/** What the language itself throws: a mistake of ours, which trying again does not mend. */
const mistakes = [TypeError, RangeError, ReferenceError, SyntaxError];

/**
 * What a failed call to Temporal means where its caller has no name of its own for it: that the
 * outcome is unknown and the call may be made again. The client library throws errors of many
 * classes, and now and then a bare one of gRPC; only a mistake in our own code stays what it is.
 */
export const temporalFault = (error: unknown): Error =>
  error instanceof Error && mistakes.some((mistake) => error instanceof mistake)
    ? error
    : new TemporarilyUnavailable('temporal', error);
