import { createTransport } from 'nodemailer';
import { faultOfSend, MailRefused } from './fault.js';
import type { Mailbox } from './mailbox.js';
import type { Message } from './message.js';

/** A mail server of ours is near: it answers a connection in milliseconds, or not at all. */
const connectMs = 10_000;

/** Some servers greet strangers only after a while, to be rid of the impatient ones. */
const greetingMs = 30_000;

/** No step may be silent for longer; a final reply may take a virus scanner's time. */
const silentMs = 45_000;

/** The whole send, whatever it hangs at: nothing of it may be left when the next one begins. */
const sendMs = 60_000;

/**
 * What the URL may not ask for: lines that quote addresses and texts, transports other than SMTP,
 * connections that outlive a message, reading of files and URLs.
 */
const notByUrl = [
  ...['logger', 'debug', 'transactionLog', 'pool', 'sendmail', 'streamTransport'],
  ...['jsonTransport', 'SES', 'socketCloseTimeout', 'disableFileAccess', 'disableUrlAccess'],
];

/** The URL as nodemailer may read it; untouched unless it asks for what it may not. */
const permitted = (smtpUrl: string): string => {
  const url = new URL(smtpUrl);
  const unwanted = notByUrl.filter((name) => url.searchParams.has(name));
  for (const name of unwanted) url.searchParams.delete(name);
  return unwanted.length === 0 ? smtpUrl : url.href;
};

/** Hands messages to a mail server. */
export interface Mail {
  /** Whose mails they are. */
  readonly from: Mailbox;
  /**
   * Sends one message; when it resolves, the server has taken it. Throws `MailRefused` when the
   * server will never take it and `MailUnavailable` for every other fault, also when `signal`
   * aborts: the connection is destroyed then, and sends nothing more.
   */
  readonly send: (message: Message, signal: AbortSignal) => Promise<void>;
}

export interface MailOptions {
  /** `smtp` or `smtps`; its query holds further options of nodemailer, such as `requireTLS`. */
  readonly url: string;
  readonly from: Mailbox;
  /** Milliseconds for one send as a whole. */
  readonly timeoutMs?: number;
}

/**
 * Whether the server need not prove who it is. Where mail would go in clear if no TLS were offered,
 * an unproven certificate is better than none, as between mail servers everywhere (RFC 7435). With
 * a login it must prove it; `requireTLS` also keeps the login from a server without TLS.
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
    // Destroys a connection that is given up: closing it in order would send what is buffered.
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

/**
 * A client of the mail server at `url`, with a connection for each message. STARTTLS is used where
 * it is offered. Certificates are checked for `smtps`, with a login and with `requireTLS`, unless
 * the URL says otherwise.
 */
export const createMail = ({ url, from, timeoutMs = sendMs }: MailOptions): Mail => {
  const transport = transportOf(url);
  return {
    from,
    send: async ({ to, subject, text, messageId, date, from: sender }, signal) => {
      const given = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const sent = transport.sendMail({
        envelope: { from: sender.address, to: [to] },
        from: { name: sender.name, address: sender.address },
        to: { name: '', address: to },
        ...{ subject, text, messageId, date, signal: given },
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      const info = await sent.catch((error: unknown) => {
        throw faultOfSend(error);
      });
      // LMTP refuses a recipient after the message, without an error.
      if (info.accepted.length === 0) throw new MailRefused(undefined);
    },
  };
};
