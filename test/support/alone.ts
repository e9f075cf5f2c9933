/**
 * Rooms and files of tests that start whole processes of the product and hold them to time limits:
 * a neighbour on the same cores would make them late, so they run one after the other.
 */
export const alone = [
  'test/api/codec.test.ts',
  'test/api/decision.test.ts',
  'test/api/transaction.test.ts',
  'test/bench/',
  'test/chaos/',
  'test/e2e/',
  'test/local/',
];
