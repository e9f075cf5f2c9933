import { CancellationScope } from '@temporalio/workflow';

/**
 * Runs the parts of a job, `atOnce` at a time, each lane one after the other. When a part fails for
 * good, the parts in flight are cancelled: their work would be in vain.
 */
export const runParts = async (
  parts: number,
  atOnce: number,
  run: (part: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const runOneByOne = async (): Promise<void> => {
    while (next < parts) {
      const part = next;
      next += 1;
      await run(part);
    }
  };
  const scope = new CancellationScope();
  try {
    await scope.run(() => Promise.all(Array.from({ length: atOnce }, runOneByOne)));
  } catch (error) {
    scope.cancel();
    throw error;
  }
};
