import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Transferable, Worker, WorkerOptions } from 'node:worker_threads';
import {
  type Answer,
  createThreadRequests,
  type Request,
  type ThreadRequests,
} from './thread-requests.js';
import { type ThreadWatch, watchThread } from './workflow-watch.js';

const preload = fileURLToPath(new URL('./workflow-thread.cjs', import.meta.url));

/** What a workflow thread sends: an answer, the confirmation of a cut, or a call of the SDK. */
type Message = Partial<Answer> & { readonly cut?: number };

/** What the process does for one of its lean threads. */
class LeanThread {
  readonly running = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #requests: ThreadRequests = createThreadRequests();
  #limitMs = 0;
  #watch: ThreadWatch | undefined;

  /** Notes a request, before it is sent. Returns its answer if that is here already. */
  sent(thread: Worker, request: Request): object | undefined {
    const { input } = request;
    if (input.type === 'init') {
      this.#limitMs = input.isolateExecutionTimeoutMs;
      const notify = () => thread.postMessage({ cut: this.#requests.cut() }, []);
      this.#watch = watchThread({ thread, running: this.running, limitMs: this.#limitMs, notify });
    }
    return this.#requests.sent(request);
  }

  /** What the SDK gets for a message of the thread. */
  received(message: Message): readonly object[] {
    const { cut, requestId } = message;
    if (cut !== undefined) {
      this.#watch?.confirmed();
      return this.#requests.confirmed(cut, this.#limitMs);
    }
    const isNews = requestId === undefined || this.#requests.answered({ ...message, requestId });
    return isNews ? [message] : [];
  }
}

const isRequest = (message: object): message is Request => 'input' in message;

/** A `Worker` class whose threads are lean when they run this file. */
export const leanWorkerOf = (Thread: typeof Worker, leanFile: string): typeof Worker =>
  class extends Thread {
    readonly #lean: LeanThread | undefined;

    constructor(file: string | URL, options?: WorkerOptions) {
      const lean = file === leanFile ? new LeanThread() : undefined;
      const own = { execArgv: ['--require', preload], workerData: { running: lean?.running } };
      super(file, lean ? { ...options, ...own } : options);
      this.#lean = lean;
    }

    override postMessage(message: object, transfer?: readonly Transferable[]): void {
      const answer = isRequest(message) ? this.#lean?.sent(this, message) : undefined;
      // The SDK expects an answer only once it has sent its request.
      if (answer !== undefined) queueMicrotask(() => super.emit('message', answer));
      else super.postMessage(message, transfer);
    }

    override emit(event: string | symbol, ...given: unknown[]): boolean {
      if (event !== 'message' || this.#lean === undefined) return super.emit(event, ...given);
      for (const message of this.#lean.received(given[0] as Message)) super.emit(event, message);
      return true;
    }
  };

/**
 * Loads `workflow-thread.cjs` into each workflow thread that the SDK starts from now on. The SDK
 * has no option for that, and its threads get only the options of the process. So the SDK finds
 * another `Worker` class; `import` statements still find Node's own. A Node without an inspector
 * cannot end a loop: its threads stay as the SDK makes them.
 */
export const leanWorkflowThreads = (): void => {
  if (!process.features.inspector) return;
  const require = createRequire(import.meta.url);
  const sdkFile = require.resolve('@temporalio/worker/lib/workflow/workflow-worker-thread');
  const threads = require('node:worker_threads') as { Worker: typeof Worker };
  threads.Worker = leanWorkerOf(threads.Worker, sdkFile);
};
