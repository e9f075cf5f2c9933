import { answeredOutcome, type Finding, isDone, isRefusal, type OrderHistory } from './history.js';

const actionOf = { accept: 'process', reject: 'cancel' } as const;
const statusAfter = { process: 'processed', cancel: 'cancelled' } as const;

/** OMS gets one instruction, under one key, and never both actions. */
const checkCalls = ({ orderId: subject, oms }: OrderHistory): Finding[] => {
  const findings: Finding[] = [];
  const find = (rule: string, text: string) => findings.push({ rule, subject, text });
  const carriedOut = oms.filter(({ status }) => status === 200);
  if (carriedOut.length > 1) find('one-settlement', `OMS acted ${carriedOut.length} times`);
  const actions = new Set(oms.filter((call) => !isRefusal(call)).map(({ action }) => action));
  if (actions.size > 1) find('never-both', 'OMS was asked to process and to cancel it');
  if (oms.some(({ status }) => status === 422)) find('never-both', 'OMS had done the opposite');
  if (oms.some(({ status }) => status === 400)) find('one-settlement', 'OMS could not read a call');
  for (const action of ['process', 'cancel'] as const) {
    const some = oms.filter((call) => call.action === action);
    const keys = new Set(some.map(({ idempotencyKey }) => idempotencyKey));
    if (keys.size > 1 || [...keys].some((key) => !key.endsWith(`:${action}`))) {
      find('one-settlement', `${action} came under the keys ${[...keys].join(', ')}`);
    }
    if (some.some(({ outcome }) => actionOf[outcome as 'accept' | 'reject'] !== action)) {
      find('never-both', `${action} came with another outcome`);
    }
  }
  return findings;
};

/** What OMS did is what the order's status says, and follows from an automatic answer. */
export const checkSettlement = (order: OrderHistory): Finding[] => {
  const { orderId: subject, oms, refusals, final } = order;
  const findings = checkCalls(order);
  const find = (rule: string, text: string) => findings.push({ rule, subject, text });
  const done = oms.find(isDone)?.action;
  const expected = done === undefined ? undefined : statusAfter[done];
  if (final === undefined || !final.known) {
    if (oms.length > 0) find('answer-kept', 'OMS was told of an order that is unknown');
    return findings;
  }
  const isSettled = final.status === 'processed' || final.status === 'cancelled';
  if (isSettled && final.status !== expected) {
    find('settled-as-stored', `it is ${final.status}, and OMS ${done ?? 'did nothing'}`);
  }
  if (!isSettled && expected !== undefined) {
    find('settled-as-stored', `OMS did ${done}, and it is ${final.status}`);
  }
  const answered = answeredOutcome(order);
  if (refusals.length > 0 || (answered !== 'accept' && answered !== 'reject')) return findings;
  if (done !== undefined && done !== actionOf[answered]) {
    find('settled-as-answered', `it was answered ${answered}, and OMS did ${done}`);
  }
  return findings;
};
