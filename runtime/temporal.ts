import {
  Client,
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import type { Config } from './config.js';
import { createDataConverter } from './data-converter.js';

/** The configuration of the connection to Temporal. */
export type TemporalConfig = Pick<
  Config,
  'TEMPORAL_ADDRESS' | 'TEMPORAL_NAMESPACE' | 'TEMPORAL_API_KEY' | 'TEMPORAL_TLS' | 'payloadKeys'
>;

/** Connection options for both client and worker. */
export const connectionOptions = (
  config: Omit<TemporalConfig, 'TEMPORAL_NAMESPACE' | 'payloadKeys'>,
) => ({
  address: config.TEMPORAL_ADDRESS,
  ...(config.TEMPORAL_TLS === 'true' ? { tls: true as const } : {}),
  ...(config.TEMPORAL_API_KEY ? { apiKey: config.TEMPORAL_API_KEY.reveal() } : {}),
});

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];
type Call = ReturnType<Interceptor>;

/** gRPC's status for a call that its caller has given up. */
const cancelled = 1;

/** A call that ends at once: its connection has been closed. */
const endedCall = (): Call => {
  const nothing = (): void => undefined;
  const call: Pick<Call, 'start' | 'sendMessage' | 'halfClose' | 'startRead'> = {
    start: (metadata, listener) => {
      const status = { code: cancelled, details: 'the connection was closed', metadata };
      queueMicrotask(() => listener?.onReceiveStatus?.(status));
    },
    ...{ sendMessage: nothing, halfClose: nothing, startRead: nothing },
  };
  return call as Call;
};

/**
 * The SDK retries by a timer. When the connection has been closed meanwhile, gRPC throws, and an
 * error in a timer ends the process in the middle of its orderly end.
 */
const endedOnceClosed: Interceptor = (options, nextCall) => {
  try {
    return nextCall(options) as Call;
  } catch (error) {
    if (error instanceof Error && error.message === 'Channel has been shut down') {
      return endedCall();
    }
    throw error;
  }
};

/** The SDK's retries, which end with the connection. Without them a late one ends the process. */
const retriesUntilClosed = [makeGrpcRetryInterceptor(defaultGrpcRetryOptions()), endedOnceClosed];

/** A connection that is made by its first call, and whose retries end with it. */
export const connectLater = (options: ConnectionOptions): Connection =>
  Connection.lazy({ ...options, interceptors: retriesUntilClosed });

/**
 * Connects to Temporal; retries end with the connection. Throws errors of the SDK when no server
 * answers within `connectTimeout`, 10 s unless given.
 */
export const connectNow = (options: ConnectionOptions): Promise<Connection> =>
  Connection.connect({ ...options, interceptors: retriesUntilClosed });

/**
 * A client that connects on first use: the API must start, and answer 503, while Temporal is down.
 */
export const createTemporalClient = (config: TemporalConfig): Client =>
  new Client({
    connection: connectLater(connectionOptions(config)),
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: createDataConverter(config.payloadKeys),
  });
