import { describe, expect, it } from 'vitest';
import { LoyaltyActivity } from '../../contracts/sparkfly/activity.js';
import { FraudAlertEventInput } from '../../contracts/sparkfly/event.js';
import { parseWire } from '../../contracts/faults.js';
import { instant } from '../../contracts/sparkfly/primitives.js';
import { FraudAlertRuleInput } from '../../contracts/sparkfly/rule.js';
import type { z } from 'zod';

const rule = {
  name: 'Points in a day',
  metric_type: 'loyalty_enrollment_points_earned',
  quantity: 1200,
  time_period: 86_400,
  event_suppression_period: 86_400,
  scope_type: 'all_stores',
  notify_corporate_contact: true,
  notify_emails: false,
  notify_store_contact: false,
};

const event = {
  fraud_alert_rule_id: 12,
  fraud_alert_rule_name: 'Points in a day',
  metric_type: 'loyalty_enrollment_points_earned',
  notifications_sent: false,
  quantity: 1234,
  created_at: '2017-07-21T17:32:28Z',
  loyalty_enrollment_id: 77,
  store_id: 3,
  suppressed_count: 0,
  updated_at: '2017-07-21T17:32:28Z',
};

const activity = {
  id: 'a1',
  metric_type: 'loyalty_enrollment_transactions',
  quantity: 1,
  loyalty_enrollment_id: 77,
  store_id: 3,
  occurred_at: '2017-07-21T17:32:28Z',
};

/** The value, or each fault as `code: message`. */
const read = <S extends z.ZodType>(schema: S, raw: unknown) => {
  const result = parseWire(schema, raw);
  return result.ok
    ? result.value
    : result.faults.map(({ error, message }) => `${error}: ${message}`);
};

const ruleFaults = (given: object) => read(FraudAlertRuleInput, { ...rule, ...given });
const without = (body: object, ...names: string[]) =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));

describe('FraudAlertRule', () => {
  it('is read as documented; read-only and unknown fields are ignored, null is absent', () => {
    const more = { id: 9, created_at: 'x', updated_at: 7, colour: 'red', description: null };
    expect(read(FraudAlertRuleInput, { ...rule, ...more, emails: null, store_ids: null })).toEqual({
      ...rule,
      store_ids: [],
      emails: [],
    });
  });

  it.each(Object.keys(rule))('wants %s', (name) => {
    expect(read(FraudAlertRuleInput, without(rule, name))).toEqual([
      `missing_field: $.${name} is required`,
    ]);
  });

  it.each([
    ['name', ' ', 'invalid_value: $.name must not be blank'],
    ['name', 7, 'invalid_type: $.name must be a string'],
    ['quantity', 0, 'invalid_value: $.quantity must be at least 1'],
    ['quantity', 1.5, 'invalid_type: $.quantity must be an integer'],
    ['quantity', '5', 'invalid_type: $.quantity must be an integer'],
    ['time_period', 3599, 'invalid_value: $.time_period must be at least 3600'],
    ['time_period', 31_536_001, 'invalid_value: $.time_period must be at most 31536000'],
    [
      'event_suppression_period',
      -1,
      'invalid_value: $.event_suppression_period must be at least 0',
    ],
    [
      'event_suppression_period',
      31_536_001,
      'invalid_value: $.event_suppression_period must be at most 31536000',
    ],
    ['scope_type', 'One_Store', 'invalid_enum: $.scope_type must be one of: all_stores, one_store'],
    ['notify_emails', 'true', 'invalid_type: $.notify_emails must be a boolean'],
    ['store_ids', [1, 1], 'invalid_value: $.store_ids[1] must not be there twice'],
    ['store_ids', [1, -1], 'invalid_value: $.store_ids[1] must be at least 0'],
    ['emails', ['a@example.com', 'x'], 'invalid_email: $.emails[1] must be an e-mail address'],
    [
      'emails',
      ['a@example.com', 'A@example.com'],
      'invalid_value: $.emails[1] must not be there twice',
    ],
  ])('refuses %s %j', (name, value, fault) => {
    expect(ruleFaults({ [name]: value })).toEqual([fault]);
  });

  it.each([
    [3600, 3600],
    [31_536_000, 31_536_000],
    [3600, 31_536_000],
  ])('accepts the time period %i with the suppression %i', (time_period, suppression) => {
    const given = { ...rule, time_period, event_suppression_period: suppression };
    expect(read(FraudAlertRuleInput, given)).toMatchObject({ time_period });
  });

  it('refuses a suppression shorter than the time period, a bare 0 included, and explains it', () => {
    for (const event_suppression_period of [0, 3600, 86_399]) {
      expect(ruleFaults({ event_suppression_period })).toEqual([
        expect.stringMatching(
          /^invalid_value: \$\.event_suppression_period must be at least the time period \(0 is/,
        ),
      ]);
    }
  });

  it('requires an e-mail address where alerts go to e-mails, and keeps them otherwise', () => {
    expect(ruleFaults({ notify_emails: true })).toEqual([
      'invalid_value: $.emails must have at least 1 element when alerts are to be sent to e-mails',
    ]);
    expect(ruleFaults({ emails: ['a@example.com'] })).toMatchObject({
      emails: ['a@example.com'],
    });
    expect(ruleFaults({ emails: [''] })).toEqual(['invalid_value: $.emails[0] must not be blank']);
  });
});

describe('FraudAlertEvent', () => {
  it('is read as documented, with and without what is optional', () => {
    const at = new Date('2017-07-21T17:32:28Z');
    const full = { ...event, created_at: at, updated_at: at };
    expect(read(FraudAlertEventInput, { ...event, more: {} })).toEqual(full);
    const optional = ['created_at', 'store_id', 'suppressed_count', 'updated_at'] as const;
    const expected = { ...without(full, ...optional), suppressed_count: 0 };
    expect(read(FraudAlertEventInput, without(event, ...optional))).toEqual(expected);
    const nulls = Object.fromEntries(optional.map((name) => [name, null]));
    expect(read(FraudAlertEventInput, { ...event, ...nulls })).toEqual(expected);
  });

  it.each([
    'fraud_alert_rule_id',
    'fraud_alert_rule_name',
    'metric_type',
    'notifications_sent',
    'quantity',
    'loyalty_enrollment_id',
  ])('wants %s', (name) => {
    const faults = read(FraudAlertEventInput, without(event, name));
    expect(faults).toEqual([expect.stringMatching(`^missing_field: \\$\\.${name} is required`)]);
  });

  it('is accepted with an undocumented metric, also without a member', () => {
    const names = ['store_refunds', 'pointsRedeemed', 'POINTS-2', 'v2.points', 'Été', '7'];
    for (const metric_type of [...names, 'x'.repeat(64)]) {
      const given = { ...without(event, 'loyalty_enrollment_id'), metric_type };
      expect(read(FraudAlertEventInput, given)).toMatchObject({ metric_type });
    }
  });

  it.each([
    ['fraud_alert_rule_id', 0, 'invalid_value: $.fraud_alert_rule_id must be at least 1'],
    ['quantity', 0, 'invalid_value: $.quantity must be at least 1'],
    ['metric_type', ' ', 'invalid_value: $.metric_type must not be blank'],
    ['metric_type', 'x'.repeat(65), 'too_long: $.metric_type must have at most 64 characters'],
    ['metric_type', 'a\u0000', 'invalid_value: $.metric_type must be well-formed text without NUL'],
    ['metric_type', 7, 'invalid_type: $.metric_type must be a string'],
    ['suppressed_count', -1, 'invalid_value: $.suppressed_count must be at least 0'],
    ['notifications_sent', 1, 'invalid_type: $.notifications_sent must be a boolean'],
  ])('refuses %s %j', (name, value, fault) => {
    expect(read(FraudAlertEventInput, { ...event, [name]: value })).toEqual([fault]);
  });
});

describe('a loyalty activity', () => {
  it.each(['id', 'metric_type', 'quantity', 'loyalty_enrollment_id', 'occurred_at'])(
    'wants %s',
    (name) => {
      expect(read(LoyaltyActivity, without(activity, name))).toEqual([
        `missing_field: $.${name} is required`,
      ]);
    },
  );

  it('may have no store, and may name an account', () => {
    expect(read(LoyaltyActivity, without(activity, 'store_id'))).not.toHaveProperty('store_id');
    const told = read(LoyaltyActivity, { ...activity, account_id: 'C-1' });
    expect(told).toMatchObject({ account_id: 'C-1' });
  });

  it.each([0, -1, 0.5, 2 ** 31])('refuses the quantity %d', (quantity) => {
    expect(read(LoyaltyActivity, { ...activity, quantity })).toEqual([
      expect.stringMatching(/^invalid_(value|type): \$\.quantity must be/),
    ]);
  });
});

describe('a date-time', () => {
  it.each([
    ['2017-07-21T17:32:28Z', '2017-07-21T17:32:28.000Z'],
    ['2017-07-21t17:32:28.123456z', '2017-07-21T17:32:28.123Z'],
    ['2017-07-21 17:32:28.5+02:00', '2017-07-21T15:32:28.500Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01T00:00:00-23:59', '2017-01-01T23:59:00.000Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, expected) => {
    expect(instant.parse(text).toISOString()).toBe(expected);
  });

  it.each([
    '2017-07-21',
    '2017-07-21T17:32Z',
    '2017-07-21T17:32:28',
    '2017-02-30T00:00:00Z',
    '2017-07-21T24:00:00Z',
    '2017-07-21T17:32:28+24:00',
    '1969-12-31T23:59:59Z',
    'now',
    '',
  ])('%j is none', (text) => {
    expect(read(instant, text)).toEqual([expect.stringMatching(/^invalid_date: \$ must/)]);
  });

  it.each(['9999-12-31T23:59:60Z', '9999-12-31T23:59:59-00:01', '9999-12-31T12:00:00-12:00'])(
    '%s is refused: its year in UTC has five digits, which RFC 3339 cannot write',
    (text) => {
      expect(read(instant, text)).toEqual(['invalid_value: $ must not lie after 9999']);
    },
  );
});
