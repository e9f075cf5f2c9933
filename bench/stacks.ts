import { makeTempDir, type TempDir } from '../test/support/temp-dir.js';
import { type LocalStack, startLocalStack } from './local-stack.js';

/** Starts and stops the installations that benchmarks measure. */
export interface Stacks {
  /** A new installation, or the one that an earlier benchmark left. Throws as its start does. */
  readonly open: () => Promise<LocalStack>;
  /** Stops an installation and starts another one on its state. */
  readonly startAgain: (stack: LocalStack) => Promise<LocalStack>;
  /** Ends an installation, or leaves it to the next benchmark. */
  readonly close: (stack: LocalStack) => Promise<void>;
  /** Ends the one that no benchmark needs any more. */
  readonly end: () => Promise<void>;
}

interface Options {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** One installation serves all benchmarks, one after the other. */
  readonly isShared: boolean;
}

export const createStacks = ({ env, signal, say, isShared }: Options): Stacks => {
  const folders = new Map<LocalStack, TempDir>();
  let left: LocalStack | undefined;
  const startIn = async (folder: TempDir): Promise<LocalStack> => {
    try {
      const stack = await startLocalStack(env, signal, folder.path);
      folders.set(stack, folder);
      return stack;
    } catch (error) {
      folder.remove();
      throw error;
    }
  };
  const stop = async (stack: LocalStack): Promise<TempDir | undefined> => {
    const folder = folders.get(stack);
    folders.delete(stack);
    await stack.stop();
    return folder;
  };
  const end = async (stack: LocalStack): Promise<void> => {
    say('stopping everything');
    (await stop(stack))?.remove();
  };
  return {
    open: async () => {
      const stack = left;
      left = undefined;
      if (stack !== undefined) return stack;
      say('bringing up Postgres, Temporal, simulators, worker and API');
      return startIn(makeTempDir());
    },
    startAgain: async (stack) => startIn((await stop(stack)) ?? makeTempDir()),
    close: async (stack) => {
      if (isShared && !signal.aborted) left = stack;
      else await end(stack);
    },
    end: async () => {
      if (left !== undefined) await end(left);
    },
  };
};
