import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transactionIdOfWorkflow } from '../../services/transactions/ids.js';
import {
  decided,
  giveVerdict,
  omsCallsOf,
  reaches,
  untilTaken,
  withdraw as withdrawOrder,
  workflowIdOf,
} from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { runReconcile } from './run-reconcile.js';

/**
 * What the comparison finds where Postgres was not restored, or where no restore explains it: OMS
 * has lost or done something by itself, somebody has changed a row by hand, or a workflow is gone.
 */

type Json = Record<string, unknown>;
interface Found {
  readonly kind: string;
  readonly workflowId: string;
  readonly postgres?: string;
  readonly temporal?: string;
  readonly oms?: string;
}

const names = [
  ...['cancelledThere', 'lostThere', 'withdrawn', 'withdrawnAndDone', 'repaired'],
  ...['refused', 'gone', 'damaged', 'undecided', 'unknown'],
] as const;
type Name = (typeof names)[number];

let stack: Stack;
let folder: TempDir;
const orders = {} as Record<Name, Json>;
const idOf = (name: Name) => transactionIdOfWorkflow(workflowIdOf(orders[name]));
const handleOf = (name: Name) => stack.temporal.workflow.getHandle(workflowIdOf(orders[name]));

/** Has a reviewer accept an order, and OMS do `then`. */
const accept = async (name: Name, then: 'processed' | 'oms_rejected' = 'processed') => {
  await decided(stack, orders[name]);
  await untilTaken(() => giveVerdict(stack, idOf(name), 'accept'));
  await reaches(stack, orders[name], then);
};

const withdraw = async (name: Name) => {
  await decided(stack, orders[name]);
  await untilTaken(() => withdrawOrder(stack, idOf(name)));
  await reaches(stack, orders[name], 'withdrawn');
};

/** No worker decides it in time. */
const leaveUndecided = async (name: Name) => {
  await stack.worker.end();
  expect((await stack.post('/transaction', orders[name])).status).toBe(503);
};

/** A new run gets a verdict by signal, and ends before its first task: the sweep takes it over. */
const breakOffAgain = async (name: Name) => {
  await handleOf(name).signal('decision', { recommendationCode: 'accept' });
  await handleOf(name).terminate();
  await stack.db.query(
    `update transactions set updated_at = updated_at - interval '1 h' where transaction_id = $1`,
    [idOf(name)],
  );
};

/** Changes rows as no process of Verdict does. */
const changeByHand = async () => {
  await stack.db.query(`update transactions set status = 'cancelled' where transaction_id = $1`, [
    idOf('repaired'),
  ]);
  await stack.db.query(
    `update transactions set body = set_byte(body, length(body) - 1,
      get_byte(body, length(body) - 1) # 1) where transaction_id = $1`,
    [idOf('damaged')],
  );
};

/** What OMS says of some orders. */
const writeOmsList = (): string => {
  const states: Partial<Record<Name, 'processed' | 'cancelled' | 'open'>> = {
    ...{ cancelledThere: 'cancelled', lostThere: 'open', withdrawn: 'cancelled' },
    ...{ withdrawnAndDone: 'processed', undecided: 'processed', unknown: 'processed' },
  };
  const lines = Object.entries(states).map(([name, state]) => {
    const { banner, orderId } = orders[name as Name];
    return JSON.stringify({ banner, orderId, groupId: '1', state });
  });
  const path = join(folder.path, 'oms.jsonl');
  writeFileSync(path, lines.join('\n'));
  return path;
};

/** Runs the command. Resolves with its findings about the orders of this test. */
const compare = async (env: Record<string, string>, ...args: string[]) => {
  const path = join(folder.path, 'findings.jsonl');
  const report = await runReconcile(env, '--oms', writeOmsList(), '--list', path, ...args);
  const found = new Map<Name, Omit<Found, 'workflowId'>[]>();
  for (const line of readFileSync(path, 'utf8').trim().split('\n')) {
    const { workflowId, kind, postgres, temporal, oms } = JSON.parse(line) as Found;
    const name = names.find((one) => workflowIdOf(orders[one]) === workflowId) ?? 'unknown';
    found.set(name, [...(found.get(name) ?? []), { kind, postgres, temporal, oms } as Found]);
  }
  return { report, found };
};

const statuses = async () => {
  const { rows } = await stack.db.query<{ id: string; status: string }>(
    'select transaction_id as id, status from transactions order by transaction_id',
  );
  return rows;
};

/** Orders about which a person must decide. */
const contested = ['cancelledThere', 'lostThere', 'withdrawnAndDone', 'repaired'] as const;
const callsAbout = async () =>
  (await Promise.all(contested.map((name) => omsCallsOf(stack, orders[name])))).flat().length;

beforeAll(async () => {
  folder = makeTempDir();
  stack = await startStack();
  for (const name of names) orders[name] = order({}, '+yleo-review');
  await Promise.all([
    accept('cancelledThere'),
    accept('lostThere'),
    accept('repaired'),
    withdraw('withdrawn'),
    withdraw('withdrawnAndDone'),
    decided(stack, orders.gone),
    decided(stack, orders.damaged),
  ]);
  await stack.setFault('oms', { status: 422, times: 1 });
  await accept('refused', 'oms_rejected');
  await changeByHand();
  await Promise.all([handleOf('gone').terminate(), handleOf('damaged').terminate()]);
  await leaveUndecided('undecided');
});
afterAll(async () => {
  await stack?.stop();
  folder?.remove();
});

describe('the comparison of Postgres with Temporal and OMS', () => {
  it('names each difference with every side, and changes nothing', async () => {
    const before = await statuses();
    const { report, found } = await compare(stack.env);
    const inReview = { postgres: 'in_review', temporal: 'broken_off', oms: undefined };
    const ofOms = (postgres: string, oms: string) => ({ postgres, oms, temporal: undefined });
    expect(Object.fromEntries(found)).toEqual({
      cancelledThere: [{ kind: 'contradiction', ...ofOms('processed', 'cancelled') }],
      withdrawnAndDone: [{ kind: 'contradiction', ...ofOms('withdrawn', 'processed') }],
      repaired: [
        { kind: 'contradiction', postgres: 'cancelled', temporal: 'processed', oms: undefined },
      ],
      lostThere: [{ kind: 'oms_has_not_acted', ...ofOms('processed', 'open') }],
      gone: [{ kind: 'no_workflow', ...inReview }],
      damaged: [{ kind: 'no_workflow', ...inReview }],
      undecided: [{ kind: 'oms_undecided', ...ofOms('deciding', 'processed') }],
      unknown: [{ kind: 'oms_only', postgres: undefined, temporal: undefined, oms: 'processed' }],
    });
    expect(report).toMatch(/^3 +contradiction .*a person must look$/m);
    expect(report).toMatch(new RegExp(`^contradiction: .*${workflowIdOf(orders.repaired)}`, 'm'));
    expect(report).toContain('Nothing was changed');
    expect(await statuses()).toEqual(before);
  });

  it('says so when no key opens a history, and compares the other orders', async () => {
    const PAYLOAD_KEYS = `other:${randomBytes(32).toString('base64')}`;
    const { found } = await compare({ ...stack.env, PAYLOAD_KEYS });
    expect(found.get('refused')?.map(({ kind }) => kind)).toEqual(['unreadable']);
    expect(found.get('undecided')?.map(({ kind }) => kind)).toEqual(['unreadable']);
    expect(found.get('repaired')?.map(({ kind }) => kind)).toEqual(['contradiction']);
  });

  it('with --apply starts what has no workflow, and leaves to a person what contradicts', async () => {
    const calls = await callsAbout();
    const { found } = await compare(stack.env, '--apply');
    expect(found.get('damaged')?.map(({ kind }) => kind)).toEqual(['no_workflow', 'failed']);
    expect((await handleOf('gone').describe()).status.name).toBe('RUNNING');
    await breakOffAgain('gone');
    await stack.restartWorker();
    await reaches(stack, orders.undecided, 'in_review');
    await reaches(stack, orders.gone, 'processed');
    const status = new Map((await statuses()).map((row) => [row.id, row.status]));
    expect(contested.map((name) => status.get(idOf(name)))).toEqual([
      ...['processed', 'processed', 'withdrawn', 'cancelled'],
    ]);
    expect(await callsAbout()).toBe(calls);
  });

  it('takes over what OMS has done with an order once it is decided', async () => {
    const { found } = await compare(stack.env, '--apply');
    expect(found.get('undecided')?.map(({ kind }) => kind)).toEqual(['oms_ahead']);
    await reaches(stack, orders.undecided, 'processed');
    expect(await omsCallsOf(stack, orders.undecided)).toEqual([]);
  });
});
