import type { Dispatcher } from 'undici';
import type { Decision } from '../../contracts/hbc/decision.js';
import type { Pool } from '../../db/pool.js';
import { createEverydayGenerator, createOrderGenerator } from '../../local/demo/generate.js';
import type { LocalStack } from '../local-stack.js';
import { createCaller } from '../overload/caller.js';

/** An order that the product itself put into review; its workflow waits. */
export interface RealOrder {
  readonly transactionId: string;
  readonly caseId: string;
  readonly orderId: string;
  readonly body: object;
}

/** Posts orders of which Sardine thinks badly. */
export interface RealOrders {
  /** Of every story, `count` of them in review. */
  readonly ofStories: (count: number) => Promise<RealOrder[]>;
  /** Everyday orders but for Sardine's vote. */
  readonly everyday: (count: number) => Promise<RealOrder[]>;
}

const suspicious = <Body extends { customer: { emailAddress: string } }>(body: Body): Body => ({
  ...body,
  customer: {
    ...body.customer,
    emailAddress: body.customer.emailAddress.replace(/(\+[^@]*)?@/, '+sardine-high@'),
  },
});

/** `run` sets the order numbers of this use apart from those of others. */
export const createRealOrders = (
  stack: LocalStack,
  db: Pool,
  dispatcher: Dispatcher,
  run: string,
): RealOrders => {
  const caller = createCaller(stack, dispatcher);
  let made = 0;
  const post = async (body: object & { orderId: string }): Promise<RealOrder | undefined> => {
    const { text } = await caller.postUntilAnswered(JSON.stringify(body));
    const { transactionId, recommendationCode } = JSON.parse(text) as Decision;
    if (recommendationCode !== 'review') return undefined;
    const { rows } = await db.query<{ case_id: string }>(
      'select case_id from cases where transaction_id = $1',
      [transactionId],
    );
    const caseId = rows[0]?.case_id ?? '';
    return { transactionId, caseId, orderId: body.orderId, body };
  };
  const collect = async (
    count: number,
    make: (orderId: string) => Parameters<typeof suspicious>[0] & { orderId: string },
  ): Promise<RealOrder[]> => {
    const found: RealOrder[] = [];
    // Some stories end without a person.
    for (let tries = 0; found.length < count && tries < 20 * count; tries += 1) {
      made += 1;
      const order = await post(suspicious(make(`${run}-${made}`)));
      if (order !== undefined) found.push(order);
    }
    if (found.length < count) throw new Error('too few orders came into review');
    return found;
  };
  const story = createOrderGenerator(7);
  const plain = createEverydayGenerator(7);
  return {
    ofStories: (count) => collect(count, (orderId) => story({ orderId, now: new Date() }).body),
    everyday: (count) => collect(count, (orderId) => plain({ orderId, now: new Date() })),
  };
};

/** Puts cases before all others in the queue by priority, in their order. */
export const putFirst = async (db: Pool, orders: readonly RealOrder[]): Promise<void> => {
  await db.query(
    `update cases c set at_risk = 1e6 - g.place, due_at = now() - interval '1 hour',
        escalated_at = now(), escalated_by = 'lead:bench'
      from unnest($1::uuid[]) with ordinality as g(id, place) where c.case_id = g.id`,
    [orders.map(({ caseId }) => caseId)],
  );
};
