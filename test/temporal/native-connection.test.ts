import { setTimeout as pause } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { Keyring } from '../../runtime/keyring.js';
import { createNativeClient } from '../../temporal/native-connection.js';
import { type Proxy, startProxy } from '../support/proxy.js';

let proxy: Proxy;
let client: Client;

beforeEach(async () => {
  const [host = '', port] = inject('temporalAddress').split(':');
  proxy = await startProxy(host, Number(port));
  client = createNativeClient({
    TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}`,
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_TLS: 'false',
    TEMPORAL_API_KEY: undefined,
    payloadKeys: new Keyring([{ id: 'k1', bytes: Buffer.alloc(32, 1) }]),
  });
});

afterEach(async () => {
  await client?.connection.close();
  await proxy?.close();
});

const count = () =>
  client.workflowService.countWorkflowExecutions({ namespace: 'default', query: '' });

/** The code of gRPC that a call ends with, or `counted`. */
const endOf = async (call: Promise<unknown>): Promise<number | string> => {
  try {
    await call;
    return 'counted';
  } catch (error) {
    return isGrpcServiceError(error) ? error.code : String(error);
  }
};

const countWithin = (ms: number) => endOf(client.withDeadline(Date.now() + ms, count));

const patientMs = 8000;
const [cancelled, notFound, deadlineExceeded, unavailable] = [1, 5, 4, 14];

it('a process that starts without Temporal has it as soon as it is there', async () => {
  await proxy.cut();
  expect(await countWithin(patientMs)).toBe(unavailable);
  await proxy.heal();
  expect(await countWithin(patientMs)).toBe('counted');
});

it('a call ends in time, whether or not there has been a connection to a silent Temporal', async () => {
  proxy.hang();
  expect(await countWithin(300)).toBe(deadlineExceeded);
  await proxy.heal();
  expect(await countWithin(patientMs)).toBe('counted');
  proxy.hang();
  expect(await countWithin(300)).toBe(deadlineExceeded);
});

it('a call is tried again while Temporal restarts, but no longer than it has time', async () => {
  expect(await countWithin(patientMs)).toBe('counted');
  await proxy.cut();
  const patient = countWithin(patientMs);
  expect([deadlineExceeded, unavailable]).toContain(await countWithin(300));
  await proxy.heal();
  expect(await patient).toBe('counted');
});

it('a caller that gives up waits no longer', async () => {
  expect(await countWithin(patientMs)).toBe('counted');
  proxy.hang();
  const caller = new AbortController();
  const call = endOf(client.withAbortSignal(caller.signal, count));
  await pause(50);
  caller.abort();
  expect(await call).toBe(cancelled);
  expect(await endOf(client.withAbortSignal(caller.signal, count))).toBe(cancelled);
});

it('a refusal of Temporal has its code', async () => {
  const unknown = client.withDeadline(Date.now() + patientMs, () =>
    client.workflowService.describeWorkflowExecution({
      namespace: 'default',
      execution: { workflowId: 'nobody' },
    }),
  );
  expect(await endOf(unknown)).toBe(notFound);
});

it('a closed connection ends its calls, also one that is tried again, and takes no more', async () => {
  expect(await countWithin(patientMs)).toBe('counted');
  await proxy.cut();
  const call = endOf(count());
  await pause(300);
  await client.connection.close();
  expect(await call).toBe(cancelled);
  expect(await endOf(count())).toBe(cancelled);
});
