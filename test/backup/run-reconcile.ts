import { startChild } from '../support/child.js';

/** Runs `npm run reconcile` to its end, and resolves with what it printed. */
export const runReconcile = async (
  env: Record<string, string>,
  ...args: readonly string[]
): Promise<string> => {
  const child = startChild('local/reconcile-main.ts', env, undefined, args);
  await child.ended;
  const printed = child.lines.join('\n');
  if (child.process.exitCode !== 0) throw new Error(printed);
  return printed;
};
