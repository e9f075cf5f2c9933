import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decided,
  giveVerdict,
  lookUp,
  omsCallsOf,
  reaches,
  untilTaken,
  withdraw as withdrawOrder,
  workflowIdOf,
} from '../support/flows.js';
import { order } from '../support/orders.js';
import { finishedTasks, resetWorkflow } from '../support/reset.js';
import type { Stack } from '../support/stack.js';
import { until } from '../support/until.js';
import { type Installation, startInstallation } from './installation.js';

type Json = Record<string, unknown>;

let own: Installation;
let stack: Stack;

beforeAll(async () => {
  own = await startInstallation();
  ({ stack } = own);
});
afterAll(() => own?.stop());

/** An order with the answer that OMS got. */
interface Answered {
  readonly body: Json;
  readonly id: string;
  readonly text: string;
}

const post = async (tags = ''): Promise<Answered> => {
  const body = order({}, tags);
  const { transactionId: id } = await decided(stack, body);
  const { text } = await stack.post('/transaction', body);
  return { body, id, text };
};

const inReview = () => post('+yleo-review');

const verdict = ({ id }: Answered, outcome: 'accept' | 'reject') =>
  untilTaken(() => giveVerdict(stack, id, outcome));

const withdraw = ({ id }: Answered) => untilTaken(() => withdrawOrder(stack, id));

/** What OMS carried out, in its own record. */
const done = async ({ body }: Answered) =>
  (await omsCallsOf(stack, body)).flatMap(({ action, status }) => (status === 200 ? [action] : []));

const workflowEnds = ({ body }: Answered) =>
  stack.temporal.workflow.getHandle(workflowIdOf(body)).result();

describe('Postgres restored to an earlier moment than Temporal and OMS', () => {
  const before = {} as Record<'old' | 'known', Answered>;
  const later = {} as Record<
    | 'decided'
    | 'withdrawn'
    | 'settling'
    | 'refused'
    | 'byOms'
    | 'waiting'
    | 'byList'
    | 'reset'
    | 'undecided',
    Answered
  >;
  const lost = {} as Record<'accepted' | 'reviewed' | 'waiting', Answered>;
  let omsCalls: number;
  let report: string;
  const list = () => join(own.folder, 'findings.jsonl');

  /** Writes OMS's list: it has processed this one order. */
  const omsList = ({ body: { banner, orderId } }: Answered): string => {
    const file = join(own.folder, 'oms.jsonl');
    writeFileSync(file, JSON.stringify({ banner, orderId, groupId: '1', state: 'processed' }));
    return file;
  };

  /** Their histories say how they stood, and not how they came there. */
  const endUnseen = async () => {
    await own.reconcile('--oms', omsList(later.byList), '--apply');
    await stack.setFault('oms', { status: 422, times: 1 });
    await reaches(stack, later.reset.body, 'oms_rejected');
    await withdraw(later.reset);
    await Promise.all([later.byList, later.reset].map(workflowEnds));
    const handle = stack.temporal.workflow.getHandle(workflowIdOf(later.reset.body));
    const [decision] = await finishedTasks(handle);
    const runId = await resetWorkflow(handle, decision);
    await workflowEnds(later.reset);
    await stack.temporal.workflowService.deleteWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: handle.workflowId, runId },
    });
  };

  /** A moment at which an order is stored, and waits for Yleo. */
  const momentWhileDeciding = async (): Promise<Date> => {
    await stack.setFault('yleo', { latencyMs: 5000 });
    const answered = inReview();
    const waiting = () => own.query(`select 1 from transactions where status = 'deciding'`);
    await until('it is stored', async () => (await waiting()).length === 1);
    const moment = await own.moment();
    expect(await waiting()).toHaveLength(1);
    later.undecided = await answered;
    await stack.setFault('yleo', undefined);
    return moment;
  };

  const runOrders = async () => {
    before.old = await post();
    await reaches(stack, before.old.body, 'processed');
    await own.backup();
    before.known = await inReview();
    await verdict(before.known, 'reject');
    await reaches(stack, before.known.body, 'cancelled');
    const open = ['decided', 'withdrawn', 'settling', 'refused', 'byOms', 'waiting', 'byList'];
    for (const name of open as (keyof typeof later)[]) later[name] = await inReview();
    await stack.setFault('oms', { status: 503 });
    later.reset = await post();
    await reaches(stack, later.reset.body, 'settling');
    const moment = await momentWhileDeciding();
    await endUnseen();
    await verdict(later.decided, 'accept');
    await reaches(stack, later.decided.body, 'processed');
    await withdraw(later.withdrawn);
    lost.accepted = await post();
    lost.reviewed = await inReview();
    await verdict(lost.reviewed, 'accept');
    lost.waiting = await inReview();
    for (const one of [lost.accepted, lost.reviewed]) await reaches(stack, one.body, 'processed');
    await stack.setFault('oms', { status: 422, times: 1 });
    await verdict(later.refused, 'accept');
    await reaches(stack, later.refused.body, 'oms_rejected');
    await stack.setFault('oms', { status: 503 });
    await verdict(later.settling, 'reject');
    await reaches(stack, later.settling.body, 'settling');
    const ended = [later.decided, later.withdrawn, lost.accepted, lost.reviewed];
    await Promise.all(ended.map(workflowEnds));
    return moment;
  };

  beforeAll(async () => {
    const moment = await runOrders();
    await own.restoreTo(moment, async () => {
      await stack.setFault('oms', undefined);
      // Too young for the sweep, and too old to be decided just now.
      await own.query(
        `update transactions set received_at = now() - interval '5 s' where status = 'deciding'`,
      );
      const since = moment.toISOString();
      const oms = omsList(later.decided);
      report = await own.reconcile('--since', since, '--list', list(), '--oms', oms);
    });
    omsCalls = (await stack.calls('oms')).length;
  });

  it('the report names what is missing, and changes nothing', async () => {
    const kinds = new Map(
      readFileSync(list(), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind: string; transactionId: string })
        .map(({ kind, transactionId }) => [transactionId, kind]),
    );
    const { byOms: _byOms, waiting: _waiting, ...others } = later;
    const behind = Object.values(others);
    expect(kinds).toEqual(
      new Map([
        ...behind.map(({ id }) => [id, 'behind'] as const),
        ...Object.values(lost).map(({ id }) => [id, 'not_in_postgres'] as const),
      ]),
    );
    expect(report).toMatch(/^7 +behind/m);
    expect(report).toContain('Nothing was changed');
  });

  it('an undecided order that OMS posts again gets its answer, and stands where it stood', async () => {
    const { body, text } = later.undecided;
    expect((await stack.post('/transaction', body)).text).toBe(text);
    expect((await lookUp(stack, body))?.status).toBe('in_review');
  });

  it('a lost order that OMS posts again gets its answer, and the sweep finds where it stood', async () => {
    for (const { body, text } of [lost.accepted, lost.waiting])
      expect((await stack.post('/transaction', body)).text).toBe(text);
    await own.query(
      `update transactions set received_at = received_at - interval '1 h'
        where status = 'deciding'`,
    );
    await reaches(stack, lost.accepted.body, 'processed');
    await reaches(stack, lost.waiting.body, 'in_review');
  });

  it('a verdict against the one that acted is refused, although the order looks open', async () => {
    const reply = await until('the verdict is answered', async () => {
      const given = await giveVerdict(stack, later.decided.id, 'reject');
      return given.status === 503 ? undefined : given;
    });
    expect(reply.status, reply.text).toBe(400);
    expect(await done(later.decided)).toEqual(['process']);
  });

  it('--apply brings each order to where it stood, with an audit row that says so', async () => {
    expect((await stack.post('/transaction', lost.reviewed.body)).text).toBe(lost.reviewed.text);
    await own.reconcile('--oms', omsList(later.byOms), '--apply');
    await reaches(stack, later.refused.body, 'oms_rejected');
    await reaches(stack, later.withdrawn.body, 'withdrawn');
    await reaches(stack, later.reset.body, 'withdrawn');
    await reaches(stack, later.byOms.body, 'processed');
    await reaches(stack, later.byList.body, 'processed');
    await reaches(stack, lost.reviewed.body, 'processed');
    await workflowEnds(later.byOms);
    const rebuilt = await own.query<{ object: string; from: string }>(
      `select object, details ->> 'from' as "from" from audit where action = 'order.rebuilt'`,
    );
    const { byOms, waiting: _waiting, ...others } = later;
    const ids = [...Object.values(others), ...Object.values(lost)];
    expect(rebuilt.map(({ object, from }) => `${from} ${object}`).toSorted()).toEqual(
      [`oms ${byOms.id}`, ...ids.map(({ id }) => `temporal ${id}`)].toSorted(),
    );
  });

  it('afterwards every answer stands, and OMS has acted once an order', async () => {
    await reaches(stack, later.settling.body, 'cancelled');
    await workflowEnds(later.settling);
    expect(await own.reconcile()).toContain('Everything stands the same everywhere');
    const all = [before, later, lost].flatMap((some) => Object.values<Answered>(some));
    for (const { body, text } of all)
      expect((await stack.post('/transaction', body)).text).toBe(text);
    await verdict(later.refused, 'reject');
    await verdict(lost.waiting, 'reject');
    await verdict(later.waiting, 'accept');
    await verdict(later.undecided, 'accept');
    await reaches(stack, later.refused.body, 'cancelled');
    await reaches(stack, lost.waiting.body, 'cancelled');
    await reaches(stack, later.waiting.body, 'processed');
    await reaches(stack, later.undecided.body, 'processed');
    const expected: [Answered, string[]][] = [
      ...[before.old, later.decided, later.waiting, later.undecided].map(
        (one): [Answered, string[]] => [one, ['process']],
      ),
      ...[lost.accepted, lost.reviewed].map((one): [Answered, string[]] => [one, ['process']]),
      ...[before.known, later.settling, later.refused, lost.waiting].map(
        (one): [Answered, string[]] => [one, ['cancel']],
      ),
      [later.withdrawn, []],
      [later.reset, []],
      [later.byOms, []],
      [later.byList, []],
    ];
    for (const [one, actions] of expected) expect(await done(one)).toEqual(actions);
    // After the restore: one call each for the orders that OMS had not settled.
    expect((await stack.calls('oms')).length - omsCalls).toBe(5);
  });

  it('the backup holds no personal data in clear', () => {
    const { emailAddress } = before.old.body['customer'] as Json;
    const { cardNumber, billingAddress } = before.old.body['creditCard'] as Json;
    const { streetLineOne } = billingAddress as Json;
    const personal = [emailAddress, cardNumber, streetLineOne].map(String);
    const found = new Set<string>();
    for (const file of readdirSync(own.backups, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const bytes = readFileSync(join(file.parentPath, file.name));
      for (const text of [...personal, before.old.id]) if (bytes.includes(text)) found.add(text);
    }
    expect([...found]).toEqual([before.old.id]);
  });
});
