/** What matters here of a request that the SDK sends to its workflow thread. */
export interface Request {
  readonly requestId: bigint;
  readonly input:
    | { readonly type: 'init'; readonly isolateExecutionTimeoutMs: number }
    | { readonly type: 'destroy' }
    | {
        readonly type:
          | 'create-workflow'
          | 'activate-workflow'
          | 'extract-sink-calls'
          | 'dispose-workflow';
        readonly runId?: string;
      };
}

/** What matters here of an answer. That of a step carries the sink calls asked for next. */
export interface Answer {
  readonly requestId: bigint;
  readonly sinkCalls?: readonly unknown[];
}

interface Sent {
  readonly runId: string | undefined;
  /** How many cuts had been made when it was sent. */
  readonly cuts: number;
}

/** The requests of the SDK to one workflow thread, and what is known of them in the process. */
export interface ThreadRequests {
  /** Notes a request. Returns its answer if that is here already. */
  readonly sent: (request: Request) => object | undefined;
  /** Notes an answer. False when the SDK has got another before. */
  readonly answered: (answer: Answer) => boolean;
  /** Code of the thread is being ended: the number of this cut. */
  readonly cut: () => number;
  /** The thread has gone on after this cut. Returns the answers of what was cut off. */
  readonly confirmed: (cut: number, limitMs: number) => readonly object[];
}

const timedOut = (requestId: bigint, limitMs: number) => {
  const message = `workflow code timed out after ${limitMs}ms`;
  const result = { type: 'error', message, name: 'Error', stack: `Error: ${message}` };
  return { requestId, result };
};

/** See `ThreadRequests`. */
export const createThreadRequests = (): ThreadRequests => {
  const pending = new Map<bigint, Sent>();
  const cutOff = new Set<bigint>();
  /** The sink calls that came with an answer, by run, until the SDK asks for them. */
  const sinkCalls = new Map<string, readonly unknown[]>();
  let cuts = 0;
  return {
    sent: ({ requestId, input }) => {
      // Only these two wait for more than their own work, so only they may go on over a cut.
      if (input.type === 'init' || input.type === 'destroy') return undefined;
      const { type, runId } = input;
      const calls = type === 'extract-sink-calls' ? sinkCalls.get(runId ?? '') : undefined;
      if (calls === undefined) {
        pending.set(requestId, { runId, cuts });
        return undefined;
      }
      sinkCalls.delete(runId ?? '');
      return { requestId, result: { type: 'ok', output: { type: 'sink-calls', calls } } };
    },
    answered: ({ requestId, sinkCalls: calls }) => {
      const runId = pending.get(requestId)?.runId;
      pending.delete(requestId);
      if (cutOff.delete(requestId)) return false;
      if (runId !== undefined && calls !== undefined) sinkCalls.set(runId, calls);
      return true;
    },
    cut: () => {
      cuts += 1;
      return cuts;
    },
    confirmed: (cut, limitMs) => {
      const lost = [...pending].filter(([, sent]) => sent.cuts < cut).map(([id]) => id);
      for (const id of lost) {
        pending.delete(id);
        cutOff.add(id);
      }
      return lost.map((id) => timedOut(id, limitMs));
    },
  };
};
