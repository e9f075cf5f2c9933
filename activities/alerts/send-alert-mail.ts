import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { alertMessage } from '../../partners/mail/message.js';
import { MailRefused, MailUnavailable } from '../../partners/mail/fault.js';
import { atPresent } from '../../services/context.js';
import { type AlertMail, readMail, settleMail } from '../../services/alert-mails.js';
import type { AlertActivityDeps } from './create-alert-activities.js';

type SendDeps = Omit<AlertActivityDeps, 'sparkfly'>;

export interface SendAlertMailInput {
  readonly eventId: number;
  readonly number: number;
}

/** The result of a mail; `gone` when its alert has been deleted meanwhile. */
export type SentOrRefused = 'sent' | 'refused' | 'gone';

/**
 * Bounds for storing that the server accepted the mail. If that fails, the next attempt sends it
 * again.
 */
const noting = { forMs: 20_000, everyMs: 500 } as const;

const later = (message: string, type: string): ApplicationFailure =>
  ApplicationFailure.create({ type, message, category: 'BENIGN' });

const noteSent = async (deps: SendDeps, input: SendAlertMailInput): Promise<void> => {
  for (const endMs = Date.now() + noting.forMs; ; ) {
    try {
      await settleMail(atPresent(deps), { ...input, state: 'sent' });
      return;
    } catch (error) {
      if (!(error instanceof TemporarilyUnavailable) || Date.now() > endMs) throw error;
      await sleep(noting.everyMs);
    }
  }
};

/** A refusal counts as final only after the period in the settings. */
const isBelieved = (deps: SendDeps): boolean => {
  const firstMs = Context.current().info.scheduledTimestampMs;
  return deps.now().getTime() - firstMs >= deps.settings.alerts.refusedForMs;
};

const refuse = async (deps: SendDeps, { eventId, number, role }: AlertMail) => {
  await settleMail(atPresent(deps), { eventId, number, state: 'refused' });
  deps.reports.alarm('notification_refused', { eventId: String(eventId), role });
};

const send = async (deps: SendDeps, mail: AlertMail): Promise<'sent' | 'refused'> => {
  if (deps.mail === undefined) throw later('SMTP_URL is not set; the mail waits', 'MailOff');
  try {
    const message = alertMessage(mail, deps.mail.from);
    await deps.mail.send(message, Context.current().cancellationSignal);
    return 'sent';
  } catch (error) {
    if (error instanceof MailRefused && isBelieved(deps)) return 'refused';
    const isOfMail = error instanceof MailRefused || error instanceof MailUnavailable;
    throw isOfMail ? later(error.message, error.name) : error;
  }
};

/**
 * Sends one mail of an alert. It may run twice: a stored result prevents a second send, and a mail
 * that the server may already have is sent under the same `Message-ID`. A refused mail is retried
 * until the settings' `refusedForMs` have passed.
 */
export const sendAlertMail =
  (deps: SendDeps) =>
  async (input: SendAlertMailInput): Promise<SentOrRefused> => {
    const source = { db: deps.db, vault: deps.vault, settings: deps.settings };
    const mail = await readMail(source, input.eventId, input.number);
    if (mail === undefined) return 'gone';
    if (mail.state !== 'waiting') return mail.state;
    const result = await send(deps, mail);
    if (result === 'sent') await noteSent(deps, input);
    else await refuse(deps, mail);
    return result;
  };
