import { fileURLToPath } from 'node:url';
import { commandOf } from '../runtime/launcher.js';
import type { LocalConfig } from './config.js';
import type { LocalRole } from './local-roles.js';
import { launch, type ManagedProcess } from './managed-process.js';
import type { EnsureDatabase } from './postgres.js';
import { StartFailure } from './start-failure.js';
import type { IsNamespaceKnown } from './temporal-server.js';

/** What `npm start` knows of its configuration while it runs. */
export type Plan = Omit<LocalConfig, 'parts'>;

/**
 * The steps of a start that need large packages: zod, the driver of Postgres, Temporal's SDK. None
 * may launch a process, which would end with that of the steps.
 */
export interface Setup {
  /** Reads the configuration. Throws `StartFailure` with every problem. */
  readonly configure: () => Promise<Plan>;
  /** Makes the local keys and accounts, and returns the keys. Throws `StartFailure`. */
  readonly ensureSecrets: () => Promise<Readonly<Record<LocalRole, string>>>;
  readonly ensureDatabase: EnsureDatabase;
  readonly isNamespaceKnown: IsNamespaceKnown;
  /** Throws `StartFailure` with the variable of the side that failed. */
  readonly prepareStores: () => Promise<void>;
  /** Sends all orders to the worker of this installation. Throws errors of gRPC. */
  readonly sendAllHere: () => Promise<void>;
  /**
   * The token of a link that signs in to the console once; undefined when it cannot be made, as
   * when `admin` is disabled.
   */
  readonly createConsoleEntry: () => Promise<string | undefined>;
}

/** A step for the process. */
export interface ToSetup {
  readonly call: number;
  readonly step: keyof Setup;
  readonly args: readonly unknown[];
}

/** The result of a step, or how it failed. */
export interface FromSetup {
  readonly call: number;
  readonly result?: unknown;
  readonly fault?: {
    readonly name: string;
    readonly message: string;
    /** The message is for the person at the terminal. */
    readonly isExplained: boolean;
  };
}

interface Call {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

const errorOf = ({ name, message, isExplained }: NonNullable<FromSetup['fault']>): Error =>
  isExplained ? new StartFailure(message) : Object.assign(new Error(message), { name });

const file = fileURLToPath(new URL('./setup-main.ts', import.meta.url));

/**
 * Runs the steps of a start in a process of its own: what they load would stay in this one for as
 * long as Verdict runs.
 */
export class SetupProcess {
  readonly steps: Setup;
  readonly #onLine: (line: string) => void;
  readonly #calls = new Map<number, Call>();
  #process: ManagedProcess | undefined;
  #lastCall = 0;
  #isStarting = true;

  /** `onLine` gets the output of the process, which usually has none. */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
    const step =
      <Name extends keyof Setup>(name: Name) =>
      (...args: Parameters<Setup[Name]>) =>
        this.#run(name, args) as ReturnType<Setup[Name]>;
    this.steps = {
      configure: step('configure'),
      ensureSecrets: step('ensureSecrets'),
      ensureDatabase: step('ensureDatabase'),
      isNamespaceKnown: step('isNamespaceKnown'),
      prepareStores: step('prepareStores'),
      sendAllHere: step('sendAllHere'),
      createConsoleEntry: step('createConsoleEntry'),
    };
  }

  /**
   * Ends the process. A later step, when Postgres or Temporal has ended and is started again, has
   * one for itself.
   */
  startIsOver(): void {
    this.#isStarting = false;
    this.#endWhenIdle();
  }

  async #run(step: keyof Setup, args: readonly unknown[]): Promise<unknown> {
    const { send } = (this.#process ??= this.#launch());
    const call = ++this.#lastCall;
    const done = new Promise<unknown>((resolve, reject) =>
      this.#calls.set(call, { resolve, reject }),
    );
    send({ call, step, args } satisfies ToSetup);
    try {
      return await done;
    } finally {
      this.#endWhenIdle();
    }
  }

  #launch(): ManagedProcess {
    const launched = launch(commandOf(file), {
      ipc: true,
      onLine: this.#onLine,
      onMessage: (message) => this.#settle(message as FromSetup),
    });
    void launched.exited.then(({ reason }) => {
      if (this.#process !== launched) return;
      this.#process = undefined;
      for (const { reject } of this.#calls.values()) {
        reject(new StartFailure(`the start ended early (${reason})`, launched.lastLines()));
      }
      this.#calls.clear();
    });
    return launched;
  }

  #settle({ call, result, fault }: FromSetup): void {
    const { resolve, reject } = this.#calls.get(call) ?? {};
    this.#calls.delete(call);
    if (fault === undefined) resolve?.(result);
    else reject?.(errorOf(fault));
  }

  #endWhenIdle(): void {
    if (this.#isStarting || this.#calls.size > 0) return;
    const ending = this.#process;
    this.#process = undefined;
    void ending?.stop();
  }
}
