import { describe, expect, it } from 'vitest';
import type { AlertMailContent } from '../../domain/alerts/alert-mail.js';
import { alertMessage } from '../../partners/mail/message.js';

const from = { name: 'Verdict', address: 'verdict@example.com' };
const mail: AlertMailContent = {
  ...{ eventId: 12, number: 2, address: 'fraud@example.com', ruleId: 3, family: 'loyalty' },
  plannedAt: new Date('2026-11-21T14:03:06.789Z'),
  ...{ ruleName: 'Points in a day', metric: 'loyalty_enrollment_points_earned' },
  ...{ memberId: '4711', store: 7, quantity: 1234, threshold: 1200, windowSeconds: 86_400 },
  ...{ suppressedCount: 2, happenedAt: new Date('2026-07-21T14:03:05.000Z'), timeZone: 'UTC' },
};

describe('a mail about an alert', () => {
  it('names the rule, the count and threshold, where, who, when and how often since', () => {
    const { subject, text, to } = alertMessage(mail, from);
    expect([subject, to]).toEqual(['Fraud alert: Points in a day', 'fraud@example.com']);
    expect(text.split('\n')).toEqual([
      'An alert rule of Verdict has reached its threshold.',
      '',
      'Rule: Points in a day',
      'Counted: loyalty points earned',
      'Measured: 1234, against a threshold of 1200',
      'Within: 1 day',
      'Loyalty member: 4711',
      'Store: 7',
      'Happened: 2026-07-21 14:03:05 UTC',
      'Repeats so far: 2; no further mail tells of repeats',
      '',
      'Alert event 12, alert rule 3',
      '',
    ]);
  });

  it.each([
    ['2026-07-21T14:03:05Z', '2026-07-21 10:03:05 GMT-04:00 (America/New_York)'],
    ['2026-01-21T03:03:05Z', '2026-01-20 22:03:05 GMT-05:00 (America/New_York)'],
  ])("tells an instant in the reader's time, with its offset: %s", (at, shown) => {
    const given = { ...mail, happenedAt: new Date(at), timeZone: 'America/New_York' };
    expect(alertMessage(given, from).text).toContain(`Happened: ${shown}\n`);
  });

  it('names of a subject of our own its kind alone', () => {
    const given = { ...mail, family: 'own' as const, memberId: null, metric: 'declined_orders:ip' };
    const { text } = alertMessage(given, from);
    expect(text).toContain('Counted: declined orders\n');
    expect(text).toContain('Counted for: an IP address\n');
    expect(text).not.toContain('member');
  });

  it('without store, threshold and known metric says what it can', () => {
    const unknown = { threshold: undefined, windowSeconds: undefined, metric: 'new_one' };
    const { text } = alertMessage({ ...mail, ...unknown, store: null }, from);
    expect(text).toContain('Counted: new_one\nMeasured: 1234\nLoyalty member: 4711\nStore: none\n');
  });

  it.each([
    [5400, '90 minutes'],
    [3600, '1 hour'],
    [604_800, '7 days'],
    [3601, '3601 seconds'],
  ])('tells a window of %i s as %s', (windowSeconds, words) => {
    const { text } = alertMessage({ ...mail, windowSeconds }, from);
    expect(text).toContain(`Within: ${words}\n`);
  });

  it('keeps a rule name with line ends and turned text in one line of subject and body', () => {
    const ruleName = 'a\r\nBcc: x@example.com\u2028b\u202Ec\u0000d\u0085e';
    const { subject, text } = alertMessage({ ...mail, ruleName }, from);
    expect(subject).toBe('Fraud alert: a Bcc: x@example.com b c d e');
    expect(text).toContain('Rule: a Bcc: x@example.com b c d e\n');
  });

  it('has at each try the same Message-ID and Date, and no other mail the same', () => {
    const first = alertMessage(mail, from);
    const again = alertMessage({ ...mail, suppressedCount: 9, quantity: 1300 }, from);
    expect([again.messageId, again.date]).toEqual([first.messageId, mail.plannedAt]);
    expect(first.messageId).toMatch(/^<alert\.12\.2\.[0-9a-f]{16}@example\.com>$/);
    const others = [
      { ...mail, number: 3 },
      { ...mail, eventId: 13 },
      { ...mail, plannedAt: new Date('2026-11-21T14:03:06.790Z') },
    ].map((other) => alertMessage(other, from).messageId);
    expect(new Set([first.messageId, ...others]).size).toBe(4);
  });
});
