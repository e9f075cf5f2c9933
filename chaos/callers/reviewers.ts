import { Client as TemporalClient, type Connection } from '@temporalio/client';
import { connectNow } from '../../runtime/temporal.js';
import type { CallEntry, Outcome } from '../record.js';
import type { OrderPlan } from './order-plan.js';
import { sleep, type Storm, untilAnswered } from './storm.js';

const reasons = { accept: 'customer_confirmed', reject: 'stolen_card' } as const;

/** The id of an order's workflow, as operators know it. */
export const workflowIdOf = ({ body }: OrderPlan): string =>
  [body.banner, body.orderId, body.groupId].map(encodeURIComponent).join(':');

interface Review {
  readonly storm: Storm;
  readonly plan: OrderPlan;
  readonly transactionId: string;
  readonly caseId: string;
}

const nameOf = ({ plan }: Review, index: number): string => `${plan.orderId}-v${index}`;

/** Gives a verdict by `POST /decision`, again until it is answered. */
export const giveVerdict = (
  storm: Storm,
  { orderId, transactionId }: { readonly orderId: string; readonly transactionId: string },
  name: string,
  outcome: Outcome,
): Promise<CallEntry | undefined> => {
  const body = { transactionId, recommendationCode: outcome, remarks: name };
  const asked = { act: 'verdict', subject: orderId, name, outcome, role: 'reviewer' } as const;
  return untilAnswered(storm, () => storm.client.call({ ...asked, path: '/decision', body }));
};

const verdict = (review: Review, index: number, outcome: Outcome) =>
  giveVerdict(
    review.storm,
    { orderId: review.plan.orderId, transactionId: review.transactionId },
    nameOf(review, index),
    outcome,
  );

const withdrawal = ({ storm, plan, transactionId }: Review) =>
  untilAnswered(storm, () =>
    storm.client.call({
      ...{ act: 'withdrawal', subject: plan.orderId, role: 'oms', body: {} },
      path: `/v1/transactions/${transactionId}/withdrawal`,
    }),
  );

const deskDecision = (review: Review, index: number, outcome: Outcome) => {
  const { storm, plan, caseId } = review;
  const name = nameOf(review, index);
  const body = { recommendationCode: outcome, reasonCode: reasons[outcome], remarks: name };
  const about = { act: 'desk_decision', subject: plan.orderId, name, outcome } as const;
  const path = `/v1/cases/${caseId}/decision`;
  // Sent once: a second try of a decision that was taken would be another decision.
  return storm.client.call({ ...about, role: 'reviewer', path, body });
};

const deskUndo = (review: Review, index: number) => {
  const { storm, plan, caseId } = review;
  const about = { act: 'desk_undo', subject: plan.orderId, name: nameOf(review, index) } as const;
  const path = `/v1/cases/${caseId}/decision`;
  return storm.client.call({ ...about, method: 'DELETE', role: 'reviewer', path });
};

interface SignalledVerdict {
  readonly orderId: string;
  readonly workflowId: string;
  readonly name: string;
  readonly outcome: Outcome;
}

/** A verdict by `temporal workflow signal`, as an operator sends it. */
export const signalVerdict = async (
  storm: Storm,
  { orderId, workflowId, name, outcome }: SignalledVerdict,
): Promise<void> => {
  const sentMs = storm.recorder.now();
  let status: CallEntry['status'] = null;
  let connection: Connection | undefined;
  try {
    connection = await connectNow({
      ...{ address: storm.stack.temporalAddress, connectTimeout: 3000 },
    });
    const handle = new TemporalClient({ connection }).workflow.getHandle(workflowId);
    const message = { recommendationCode: outcome, reviewer: 'chaos', remarks: name };
    await connection.withDeadline(Date.now() + 3000, () => handle.signal('decision', message));
    status = 200;
  } catch {
    // Nobody knows whether Temporal has it.
  } finally {
    await connection?.close().catch(() => undefined);
  }
  storm.recorder.add({
    ...{ type: 'call', act: 'signal', subject: orderId, name, outcome },
    ...{ sentMs, doneMs: storm.recorder.now(), status, body: '' },
  });
};

const signal = (review: Review, index: number, outcome: Outcome): Promise<void> => {
  const { storm, plan } = review;
  const about = { orderId: plan.orderId, workflowId: workflowIdOf(plan) };
  return signalVerdict(storm, { ...about, name: nameOf(review, index), outcome });
};

const undone = async (review: Review, [first, second]: OrderPlan['outcomes']): Promise<void> => {
  const taken = await deskDecision(review, 0, first);
  if (taken.status === 202) await deskUndo(review, 0);
  await verdict(review, 1, second);
};

/** What people do about an order in review, by its plan. */
export const reviewOrder = async (storm: Storm, plan: OrderPlan, answer: string): Promise<void> => {
  const { transactionId, crossReference } = JSON.parse(answer) as {
    transactionId: string;
    crossReference: string;
  };
  const review: Review = { storm, plan, transactionId, caseId: crossReference };
  const [first, second] = plan.outcomes;
  await sleep(plan.reviewAfterMs, storm.calm);
  switch (plan.review) {
    case 'verdict':
      await verdict(review, 0, first);
      return;
    case 'rivals':
      await Promise.all([verdict(review, 0, first), verdict(review, 1, second)]);
      return;
    case 'signal':
      await signal(review, 0, first);
      return;
    case 'two_signals':
      await signal(review, 0, first);
      await signal(review, 1, second);
      return;
    case 'desk':
      await deskDecision(review, 0, first);
      return;
    case 'desk_undone':
      await undone(review, plan.outcomes);
      return;
    case 'desk_and_verdict':
      await deskDecision(review, 0, first);
      await verdict(review, 1, second);
      return;
    case 'withdrawal':
      await withdrawal(review);
      return;
    case 'verdict_and_withdrawal':
      await Promise.all([verdict(review, 0, first), withdrawal(review)]);
      return;
    case 'left_open':
      return;
    default:
      plan.review satisfies never;
  }
};
