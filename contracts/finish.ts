/** Runs an iterator to its end without pauses and returns its result. */
export const finish = <R>(work: Iterator<unknown, R>): R => {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
};
