import { createTransport } from 'nodemailer';
import { faultOfSend, MailRefused } from './fault.js';
import type { Mailbox } from './mailbox.js';
import type { Message } from './message.js';

/** A company's own mail server answers a connection within milliseconds, or not at all. */
const connectMs = 10_000;

/** Some servers delay their greeting to strangers, to drop impatient spam senders. */
const greetingMs = 30_000;

/** The longest silence within a step; a final reply may wait for a virus scanner. */
const silentMs = 45_000;

/** The limit of the whole send: it must have ended before the next attempt begins. */
const sendMs = 60_000;

/**
 * Options that the URL must not set: logs with addresses and texts, transports other than SMTP,
 * connections that outlive a message, reading of files and URLs.
 */
const notByUrl = [
  ...['logger', 'debug', 'transactionLog', 'pool', 'sendmail', 'streamTransport'],
  ...['jsonTransport', 'SES', 'socketCloseTimeout', 'disableFileAccess', 'disableUrlAccess'],
];

/** The URL without forbidden options. */
const permitted = (smtpUrl: string): string => {
  const url = new URL(smtpUrl);
  const unwanted = notByUrl.filter((name) => url.searchParams.has(name));
  for (const name of unwanted) url.searchParams.delete(name);
  return unwanted.length === 0 ? smtpUrl : url.href;
};

/** Sends messages through a mail server. */
export interface Mail {
  /** The sender. */
  readonly from: Mailbox;
  /**
   * Sends one message; it resolves once the server has accepted it. Throws `MailRefused` when the
   * server will never accept it, and `MailUnavailable` for every other fault, including an abort of
   * `signal`, which destroys the connection.
   */
  readonly send: (message: Message, signal: AbortSignal) => Promise<void>;
}

export interface MailOptions {
  /** `smtp` or `smtps`; its query holds further options of nodemailer, such as `requireTLS`. */
  readonly url: string;
  readonly from: Mailbox;
  /** Limit of one whole send, in milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * Whether to skip the check of the server's certificate. Without a login, opportunistic TLS accepts
 * any certificate, because the alternative is clear text (RFC 7435). With a login the check is on;
 * `requireTLS` also keeps the login from a server without TLS.
 */
const isOpportunistic = (url: string): boolean => {
  const { protocol, username, searchParams } = new URL(url);
  const saysOtherwise = [...searchParams.keys()].some(
    (name) => name === 'requireTLS' || name.startsWith('tls.'),
  );
  return protocol === 'smtp:' && username === '' && !saysOtherwise;
};

const transportOf = (url: string) =>
  createTransport({
    ...(isOpportunistic(url) && { tls: { rejectUnauthorized: false } }),
    url: permitted(url),
    connectionTimeout: connectMs,
    greetingTimeout: greetingMs,
    socketTimeout: silentMs,
    // Destroys an abandoned connection: an orderly close would send what is buffered.
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

/**
 * A signal that follows `signal`, and aborts after a time. Node may collect a signal of
 * `AbortSignal.timeout` that only `AbortSignal.any` refers to, and then it never aborts
 * (nodejs/node#57736); a timer keeps its controller.
 */
const limitedTo = (timeoutMs: number, signal: AbortSignal) => {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  return {
    signal: AbortSignal.any([signal, timeout.signal]),
    end: () => clearTimeout(timer),
  };
};

/**
 * A client of the mail server at `url`, with one connection per message. It uses STARTTLS where the
 * server offers it. It checks certificates for `smtps`, with a login and with `requireTLS`, unless
 * the URL says otherwise.
 */
export const createMail = ({ url, from, timeoutMs = sendMs }: MailOptions): Mail => {
  const transport = transportOf(url);
  return {
    from,
    send: async ({ to, subject, text, messageId, date, from: sender }, signal) => {
      const limited = limitedTo(timeoutMs, signal);
      const sent = transport.sendMail({
        envelope: { from: sender.address, to: [to] },
        from: { name: sender.name, address: sender.address },
        to: { name: '', address: to },
        subject,
        text,
        messageId,
        date,
        signal: limited.signal,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      const info = await sent
        .catch((error: unknown) => {
          throw faultOfSend(error);
        })
        .finally(limited.end);
      // LMTP refuses a recipient after the message, without an error.
      if (info.accepted.length === 0) throw new MailRefused(undefined);
    },
  };
};
