import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import * as clientLibrary from '@temporalio/client';
import * as commonLibrary from '@temporalio/common';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScreeningEnded, TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { createAifiDrain } from '../../temporal/aifi.js';
import { createBacktestClient } from '../../temporal/backtests.js';
import { createLearnedPointsClient } from '../../temporal/learned-points.js';
import { createScreeningClient } from '../../temporal/order-client.js';
import { createAlertNotifier } from '../../temporal/alert-mails.js';
import { createSchedules } from '../../temporal/schedules.js';
import { temporalFault } from '../../temporal/temporal-fault.js';
import type { ScreenTransactionInput } from '../../workflows/order/messages.js';
import { connectLater } from '../../runtime/temporal.js';
import { connectNatively } from '../../temporal/native-connection.js';

/** A frontend that refuses every call with the status that the namespace names. */
let frontend: Http2Server;
const sessions = new Set<ServerHttp2Session>();
/** Through the client in JavaScript and through the one in Rust. */
let connections: readonly clientLibrary.ConnectionLike[] = [];

/** Every code of gRPC except OK, and two that do not exist. */
const codes = [...Array.from({ length: 16 }, (_, index) => index + 1), 17, 99];

const { Status } = proto.google.rpc;
const { MultiOperationExecutionFailure } = proto.temporal.api.errordetails.v1;
const { MultiOperationExecutionAborted } = proto.temporal.api.failure.v1;

const anyOf = (type: string, value: Uint8Array) => ({
  type_url: `type.googleapis.com/${type}`,
  value,
});

/** The server's answer to an update-with-start whose start was aborted because of the update. */
const multiOperationDetails = (code: number): string => {
  const aborted = MultiOperationExecutionAborted.encode({}).finish();
  const failure = MultiOperationExecutionFailure.encode({
    statuses: [
      {
        code: 10,
        details: [anyOf('temporal.api.failure.v1.MultiOperationExecutionAborted', aborted)],
      },
      { code, message: 'refused', details: [] },
    ],
  }).finish();
  const name = 'temporal.api.errordetails.v1.MultiOperationExecutionFailure';
  const details = [anyOf(name, failure)];
  return Buffer.from(Status.encode({ code, message: 'refused', details }).finish()).toString(
    'base64',
  );
};

const namespaceOf = (code: number): string => `refuses-${code}`;

beforeAll(async () => {
  frontend = createServer();
  frontend.on('session', (session) => sessions.add(session));
  frontend.on('stream', (stream, headers) => {
    const path = String(headers[':path']);
    let body = Buffer.alloc(0);
    // A call that reaches its deadline resets the stream.
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => {
      body = Buffer.concat([body, chunk]);
    });
    stream.on('end', () => {
      if (stream.destroyed || stream.closed) return;
      const named = /refuses-(\d+)/.exec(body.toString('latin1'))?.[1];
      // A client's first call; a server that does not know it counts as an old one.
      const code = named === undefined ? 12 : Number(named);
      stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': String(code),
          'grpc-message': 'refused',
          ...(path.endsWith('ExecuteMultiOperation') && {
            'grpc-status-details-bin': multiOperationDetails(code),
          }),
        },
        { endStream: true },
      );
    });
  });
  frontend.listen(0, '127.0.0.1');
  await once(frontend, 'listening');
  const { port } = frontend.address() as AddressInfo;
  const address = `127.0.0.1:${port}`;
  connections = [connectLater({ address }), connectNatively({ address })];
});

afterAll(async () => {
  for (const connection of connections) await connection.close();
  for (const session of sessions) session.destroy();
  frontend?.close();
});

const input: ScreenTransactionInput = {
  transactionId: 'tx_1',
  banner: 's5a',
  orderId: '1001',
  groupId: '1',
  amount: 74.5,
  currency: 'USD',
  receivedAtMs: 0,
  budgetMs: 100,
  review: { remindAfterMs: 1000, expireAfterMs: 2000, expireAction: 'reject' },
};

/** Long enough for a refusal on a busy machine. */
const callMs = 3000;

/** Every call to Temporal that the running product makes. */
const callsOf = (client: clientLibrary.Client) => {
  const screening = createScreeningClient(client, 'nobody');
  const backtests = createBacktestClient(client, 'nobody');
  const learnedPoints = createLearnedPointsClient(client, 'nobody');
  const schedules = createSchedules(client, 'nobody', { sardine: true, sparkfly: true });
  const verdict = { recommendationCode: 'accept', reviewer: 'ann', round: 0 } as const;
  return {
    firstDecision: screening.firstDecision(input, callMs),
    start: screening.start(input),
    submitVerdict: screening.submitVerdict('s5a:1001:1', verdict, callMs),
    submitWithdrawal: screening.submitWithdrawal('w', { actor: 'oms', round: 0 }, callMs),
    startBacktest: backtests.start('1'),
    cancelBacktest: backtests.cancel('1'),
    startFit: learnedPoints.start('1'),
    cancelFit: learnedPoints.cancel('1'),
    drainAifi: createAifiDrain(client, 'nobody')(),
    notify: createAlertNotifier(client, 'nobody')(1),
    bringUpToDate: schedules.bringUpToDate(),
    createMissing: schedules.createMissing(),
  };
};

const isForeseen = (error: unknown): boolean =>
  error instanceof TemporarilyUnavailable || error instanceof ScreeningEnded;

/** The calls that fail with an unexpected error when each is refused with `code`. */
const unforeseenOf = async (
  connection: clientLibrary.ConnectionLike,
  code: number,
): Promise<string[]> => {
  const client = new clientLibrary.Client({ connection, namespace: namespaceOf(code) });
  const calls = Object.entries(callsOf(client));
  const ends = await Promise.allSettled(calls.map(([, call]) => call));
  return ends.flatMap((end, index) =>
    end.status === 'fulfilled' || isForeseen(end.reason)
      ? []
      : [`${calls[index]?.[0]} by ${code}: ${String(end.reason)}`],
  );
};

describe('a call that Temporal refuses', () => {
  it('of whatever status may be retried: none is reported as a fault of ours', async () => {
    const unforeseen = connections.flatMap((connection) =>
      codes.map((code) => unforeseenOf(connection, code)),
    );
    expect((await Promise.all(unforeseen)).flat()).toEqual([]);
  });

  it('is not confused with a mistake of ours, which is not retried', () => {
    const mistake = new TypeError('cannot read properties of undefined');
    expect(temporalFault(mistake)).toBe(mistake);
  });
});

const errorPrototypes = Object.entries({ ...clientLibrary, ...commonLibrary }).flatMap(
  ([name, exported]) => {
    const prototype: unknown = typeof exported === 'function' ? exported.prototype : undefined;
    return prototype instanceof Error ? [{ name, prototype }] : [];
  },
);

describe('an error of the client library', () => {
  it('of whatever class means: not now', () => {
    expect(errorPrototypes.length).toBeGreaterThan(20);
    const others = errorPrototypes.filter(
      ({ prototype }) =>
        !(temporalFault(Object.create(prototype)) instanceof TemporarilyUnavailable),
    );
    expect(others.map(({ name }) => name)).toEqual([]);
  });
});
