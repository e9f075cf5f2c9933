import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlertEventPage, AlertOrderList } from '../../contracts/v1/alerts.js';
import { decided, giveVerdict, reaches } from '../support/flows.js';
import { order } from '../support/orders.js';
import { makeForgetfulRules } from '../support/rules-file.js';
import { makeSettingsFile } from '../support/settings-file.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;
const lateAfterMs = 1000;
const rules = makeForgetfulRules();
const settings = makeSettingsFile({ oms: { settlementLateAfterMs: lateAfterMs } });

beforeAll(async () => {
  stack = await startStack({ VERDICT_RULES: rules.path, VERDICT_SETTINGS: settings.path });
});

afterAll(async () => {
  await stack?.stop();
  rules.remove();
  settings.remove();
});

type Json = Record<string, unknown>;

const createRule = async (given: Json): Promise<number> => {
  const reply = await stack.post(
    '/v1/alert_rules',
    {
      ...{ quantity: 3, timePeriod: 3600, eventSuppressionPeriod: 3600 },
      ...{ notifyCorporateContact: false, notifyStoreContact: false, notifyEmails: false },
      ...given,
    },
    'analyst',
  );
  expect(reply.status, reply.text).toBe(200);
  return (reply.json as { id: number }).id;
};

const alertsOf = async (ruleId: number) => {
  const reply = await stack.get(`/v1/alert_events?ruleId=${ruleId}`, 'reviewer');
  return AlertEventPage.parse(reply.json).events;
};

/** The only alert of a rule, once it has counted this many repeats. */
const alertOf = (ruleId: number, suppressed: number) =>
  until(`an alert with ${suppressed} repeats`, async () => {
    const events = await alertsOf(ruleId);
    expect(events.length).toBeLessThanOrEqual(1);
    return events[0]?.suppressedCount === suppressed && events[0];
  });

const ordersOf = async (eventId: number): Promise<string[]> => {
  const reply = await stack.get(`/v1/alert_events/${eventId}/orders`, 'reviewer');
  const { orders } = AlertOrderList.parse(reply.json);
  return orders.map(({ transactionId }) => transactionId);
};

/** An order with a card that others have, and an answer of Yleo. */
const orderWith = (more: Json, tags: string): Json => {
  const body: Json = order(more, tags);
  return {
    ...body,
    creditCard: { ...(body['creditCard'] as Json), cardNumber: '4111111111111111' },
  };
};

describe("a rule about Verdict's own metrics", () => {
  it('raises one alert at the third declined order of a card, whoever declined, and counts the fourth', async () => {
    const ruleId = await createRule({
      ...{ name: 'Declined cards', metricType: 'declined_orders', subject: 'card' },
    });
    const declined: string[] = [];
    const decline = async (): Promise<void> => {
      const { transactionId, recommendationCode } = await decided(
        stack,
        orderWith({}, '+yleo-declined'),
      );
      expect(recommendationCode).toBe('reject');
      declined.push(transactionId);
    };
    await decline();
    // One in review is declined by a person.
    const body = orderWith({}, '+yleo-review');
    const { transactionId } = await decided(stack, body);
    await reaches(stack, body, 'in_review');
    expect((await giveVerdict(stack, transactionId, 'reject')).status).toBe(200);
    declined.push(transactionId);
    await reaches(stack, body, 'cancelled');
    await decline();
    const alert = await alertOf(ruleId, 0);
    expect(alert).toMatchObject({
      ...{ quantity: 3, metricType: 'declined_orders', subject: 'card' },
      owner: expect.stringMatching(/^card:[0-9a-f]{32}$/) as string,
    });
    expect((await ordersOf(alert.id)).toSorted()).toEqual(declined.toSorted());
    await decline();
    expect(await alertOf(ruleId, 1)).toMatchObject({ id: alert.id, quantity: 3 });
  });

  it('raises one alert at the third order in review of one sales person', async () => {
    const ruleId = await createRule({ name: 'Reviews', metricType: 'reviews_by_sales_rep' });
    const reviewed: string[] = [];
    for (const salesRep of ['Kim Doe', 'Lee Poe', 'KIM DOE', ' kim doe']) {
      const { transactionId } = await decided(
        stack,
        order({ salesRep, source: 'phone' }, '+sardine-high'),
      );
      if (salesRep !== 'Lee Poe') reviewed.push(transactionId);
    }
    const alert = await alertOf(ruleId, 0);
    expect(alert).toMatchObject({ quantity: 3, subject: null });
    expect((await ordersOf(alert.id)).toSorted()).toEqual(reviewed.toSorted());
  });

  it('raises one alert when OMS is late with so many settlements of a banner', async () => {
    await stack.setFault('oms', { status: 500 });
    try {
      const ruleId = await createRule({
        ...{ name: 'Late', metricType: 'settlements_late', quantity: 2 },
      });
      const late = [await decided(stack, order()), await decided(stack, order())];
      const alert = await alertOf(ruleId, 0);
      expect(alert).toMatchObject({ owner: 'banner:s5a', quantity: 2 });
      const ids = late.map(({ transactionId }) => transactionId);
      expect((await ordersOf(alert.id)).toSorted()).toEqual(ids.toSorted());
    } finally {
      await stack.setFault('oms', undefined);
    }
  });
});
