/** The result of work that stops in between, without a pause. */
export const finish = <R>(work: Iterator<unknown, R>): R => {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
};
