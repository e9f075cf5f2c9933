import { createHash } from 'node:crypto';
import type { AlertMailContent } from '../../domain/alerts/alert-mail.js';
import { ownValue } from '../../domain/own-value.js';
import type { Mailbox } from './mailbox.js';

/** One message to one recipient, who sees no other recipient. */
export interface Message {
  readonly from: Mailbox;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly date: Date;
}

/** Line ends, control characters and marks that change the text direction. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Analysts name rules, so a name is forced onto one line, in header and body. */
const oneLine = (text: string): string => text.replaceAll(unprintable, ' ').trim();

const metricWords: Readonly<Record<string, string>> = {
  loyalty_enrollment_points_earned: 'loyalty points earned',
  loyalty_enrollment_transactions: 'loyalty transactions',
  loyalty_enrollment_retro_claims: 'loyalty claims made afterwards',
  declined_orders: 'declined orders',
  reviews_by_sales_rep: 'orders in review',
  settlements_late: 'orders settled late',
};

const subjectWords: Readonly<Record<string, string>> = {
  card: 'a card',
  email: 'an e-mail address',
  account: 'an account',
  device: 'a device',
  ip: 'an IP address',
  reviews_by_sales_rep: 'a sales representative',
  settlements_late: 'a banner',
};

/** `declined_orders:card` is the metric of declined orders by card. */
const metricOf = (metric: string): string => {
  const [type = metric] = metric.split(':');
  return ownValue(metricWords, type) ?? oneLine(type);
};

/** A member's id; for other subjects only the kind, because even a hash identifies somebody. */
const ownerLine = ({ family, memberId, metric }: AlertMailContent): string[] => {
  if (family === 'loyalty') return memberId === null ? [] : [`Loyalty member: ${memberId}`];
  const kind = ownValue(subjectWords, metric.split(':')[1] ?? metric);
  return kind === undefined ? [] : [`Counted for: ${kind}`];
};

const spans = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** Seconds in the largest unit that expresses them exactly. */
const inWords = (seconds: number): string => {
  const [size, unit] = spans.find(([each]) => seconds % each === 0) ?? [1, 'second'];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
};

/**
 * An instant with its offset, which separates the two passes of an hour at the end of summer time.
 */
const instantIn = (at: Date, timeZone: string): string => {
  const clock = { dateStyle: 'short', timeStyle: 'medium', timeZone } as const;
  const shown = Intl.DateTimeFormat('sv-SE', clock).format(at);
  if (timeZone === 'UTC') return `${shown} UTC`;
  const parts = Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const offset = parts.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value;
  return `${shown} ${offset ?? ''} (${timeZone})`;
};

const measured = ({ quantity, threshold, windowSeconds }: AlertMailContent): string[] => [
  `Measured: ${quantity}${threshold === undefined ? '' : `, against a threshold of ${threshold}`}`,
  ...(windowSeconds === undefined ? [] : [`Within: ${inWords(windowSeconds)}`]),
];

const textOf = (mail: AlertMailContent): string =>
  [
    'An alert rule of Verdict has reached its threshold.',
    '',
    `Rule: ${oneLine(mail.ruleName)}`,
    `Counted: ${metricOf(mail.metric)}`,
    ...measured(mail),
    ...ownerLine(mail),
    `Store: ${mail.store ?? 'none'}`,
    `Happened: ${instantIn(mail.happenedAt, mail.timeZone)}`,
    `Repeats so far: ${mail.suppressedCount}; no further mail tells of repeats`,
    '',
    `Alert event ${mail.eventId}, alert rule ${mail.ruleId}`,
    '',
  ].join('\n');

/** The same for every attempt of a mail, and unique across installations. */
const messageIdOf = (mail: AlertMailContent, from: Mailbox): string => {
  const known = [mail.ruleId, mail.happenedAt.getTime(), mail.plannedAt.getTime()].join(':');
  const installation = createHash('sha256').update(known).digest('hex').slice(0, 16);
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return `<alert.${mail.eventId}.${mail.number}.${installation}@${domain}>`;
};

/** The mail about an alert. Its `Message-ID` and `Date` are the same for every attempt. */
export const alertMessage = (mail: AlertMailContent, from: Mailbox): Message => ({
  from,
  to: mail.address,
  subject: `Fraud alert: ${oneLine(mail.ruleName)}`,
  text: textOf(mail),
  messageId: messageIdOf(mail, from),
  date: mail.plannedAt,
});
