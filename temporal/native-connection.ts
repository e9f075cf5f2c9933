import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type CallContext,
  Client,
  type ConnectionLike,
  OperatorService,
  WorkflowService,
} from '@temporalio/client';
// By its file: the package itself loads the bundler of workflows, 14 MB that an API never needs.
import { NativeConnection } from '@temporalio/worker/lib/connection.js';
import { createDataConverter } from '../runtime/data-converter.js';
import { connectionOptions, type TemporalConfig } from '../runtime/temporal.js';

type Rpc = NonNullable<WorkflowService['rpcImpl']>;
type Answered = Parameters<Rpc>[2];

/** The codes of gRPC for calls that end here. */
const codes = { cancelled: 1, deadlineExceeded: 4, unavailable: 14 } as const;

/** An error as those of gRPC's clients, by which the SDK and we tell what has happened. */
const grpcError = (code: keyof typeof codes, details: string, cause?: unknown): Error =>
  Object.assign(new Error(details, { cause }), {
    ...{ name: 'ServiceError', code: codes[code], details, metadata: new Map() },
  });

/** Temporal's client in Rust waits without a limit for a server that accepts and says nothing. */
const connectMaxMs = 10_000;

type Options = Parameters<typeof NativeConnection.connect>[0];

const connect = async (options: Options): Promise<NativeConnection> => {
  const connecting = NativeConnection.connect(options);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('no answer'));
      connecting.then((connection) => connection.close()).catch(() => undefined);
    }, connectMaxMs);
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    throw grpcError('unavailable', 'Temporal cannot be reached', error);
  } finally {
    clearTimeout(timer);
  }
};

/** Calls under way. Each ends once: with its answer, its limit, its caller or the connection. */
const createCalls = () => {
  const underWay = new Set<(error: Error) => void>();
  const begin = ({ deadline, abortSignal }: CallContext, answered: Answered): Answered => {
    const end: Answered = (error, response) => {
      if (!underWay.delete(end)) return;
      clearTimeout(timer);
      abortSignal?.removeEventListener('abort', abort);
      answered(error, response);
    };
    const abort = () => end(grpcError('cancelled', 'the caller has given up'));
    const leftMs = deadline === undefined ? undefined : Number(deadline) - Date.now();
    const timer =
      leftMs === undefined
        ? undefined
        : setTimeout(() => end(grpcError('deadlineExceeded', 'no answer in time')), leftMs);
    underWay.add(end);
    abortSignal?.addEventListener('abort', abort);
    if (abortSignal?.aborted === true) queueMicrotask(abort);
    return end;
  };
  const endAll = (): void => {
    for (const end of underWay) end(grpcError('cancelled', 'the connection was closed'));
  };
  return { begin, endAll, isUnderWay: (end: Answered) => underWay.has(end) };
};

/**
 * A connection through Temporal's client in Rust, which takes less processor time a call than the
 * one in JavaScript. It is made by its first call, and again by the next one when that failed.
 *
 * The client in Rust gives each of its tries the whole time of a call, and heeds no abort signal.
 * So a call ends here when its time is over, and a try that is under way may still reach Temporal:
 * at most ten seconds later, which is for how long it tries again.
 */
export const connectNatively = (options: Options): ConnectionLike => {
  const contexts = new AsyncLocalStorage<CallContext>();
  const calls = createCalls();
  let connecting: Promise<NativeConnection> | undefined;
  let made: NativeConnection | undefined;
  let isClosed = false;
  const connectOnce = async (): Promise<NativeConnection> => {
    try {
      made = await connect(options);
    } catch (error) {
      connecting = undefined;
      throw error;
    }
    if (isClosed) await made.close();
    return made;
  };
  const connected = (): Promise<NativeConnection> => {
    if (isClosed) return Promise.reject(grpcError('cancelled', 'the connection was closed'));
    connecting ??= connectOnce();
    return connecting;
  };
  const through =
    (service: 'workflowService' | 'operatorService'): Rpc =>
    (method, request, answered) => {
      const context = contexts.getStore() ?? {};
      const end = calls.begin(context, answered);
      connected().then((connection) => {
        if (!calls.isUnderWay(end)) return;
        connection.callContextStorage.run(context, () =>
          connection[service].rpcImpl?.(method, request, end),
        );
      }, end);
    };
  const within = <T>(added: CallContext, work: () => Promise<T>): Promise<T> =>
    contexts.run({ ...contexts.getStore(), ...added }, work);
  return {
    workflowService: WorkflowService.create(through('workflowService'), false, false),
    operatorService: OperatorService.create(through('operatorService'), false, false),
    plugins: [],
    ensureConnected: async () => {
      await connected();
    },
    withDeadline: (deadline, work) => within({ deadline }, work),
    withMetadata: (metadata, work) =>
      within({ metadata: { ...contexts.getStore()?.metadata, ...metadata } }, work),
    withAbortSignal: (abortSignal, work) => within({ abortSignal }, work),
    // One that is being made closes when it is: a silent server must not delay the end.
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      calls.endAll();
      await made?.close();
    },
  };
};

/** A client that connects on first use, for a process that makes calls for each order. */
export const createNativeClient = (config: TemporalConfig): Client =>
  new Client({
    connection: connectNatively({
      ...connectionOptions(config),
      // Within a host or data centre, compression costs more than the bytes it saves.
      grpcCompression: { codec: 'none' },
    }),
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: createDataConverter(config.payloadKeys),
  });
