/**
 * Rooms and files of tests that start whole processes of the product and hold their answers to
 * time limits: a neighbour on the same cores would make them late, so they run one after the other.
 */
export const alone = [
  'test/api/codec.test.ts',
  'test/api/decision.test.ts',
  'test/api/transaction.test.ts',
  'test/bench/answer-time.test.ts',
  'test/bench/outage.test.ts',
  'test/bench/overload.test.ts',
  'test/chaos/',
  'test/e2e/',
  'test/local/demo.test.ts',
];

/** Of these rooms, tests that post no order and wait most of their time. */
export const patient = ['test/e2e/notifications.test.ts', 'test/e2e/sparkfly.test.ts'];
