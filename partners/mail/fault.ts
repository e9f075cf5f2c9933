/**
 * The mail server permanently refused this recipient or message. The error holds the status code
 * only, because servers quote addresses in their texts.
 */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';

  constructor(status: number | undefined) {
    super(`the mail server refuses the mail (${status ?? 'no status'})`);
  }
}

/**
 * The mail was not accepted for a reason that may pass: no connection, no login, refused sender,
 * status 4xx, timeout. After the final dot the server may have accepted it all the same.
 */
export class MailUnavailable extends Error {
  override readonly name = 'MailUnavailable';

  constructor(reason: string, status: number | undefined) {
    super(`the mail was not taken (${reason}${status === undefined ? '' : `, ${status}`})`);
  }
}

/** The fields of nodemailer's errors besides texts, which must not be displayed. */
interface SmtpFault {
  readonly code?: unknown;
  readonly command?: unknown;
  readonly responseCode?: unknown;
}

/** Codes that ask for a login or a new session: they say nothing about the mail. */
const aboutTheSession = new Set([503, 530, 534, 535, 538]);

const isForEver = (status: number | undefined): boolean =>
  status !== undefined && status >= 500 && status < 600 && !aboutTheSession.has(status);

/**
 * Codes of nodemailer that concern this mail: the message itself, and the envelope (RCPT TO and
 * DATA; API for an address that reached no server). MAIL FROM concerns our sender.
 */
const isAboutTheMail = (code: unknown, command: unknown): boolean =>
  code === 'EMESSAGE' || (code === 'EENVELOPE' && command !== 'MAIL FROM');

/** Classifies the error of a failed send, without any text of the server. */
export const faultOfSend = (error: unknown): MailRefused | MailUnavailable => {
  const { code, command, responseCode } = (error ?? {}) as SmtpFault;
  const status = typeof responseCode === 'number' ? responseCode : undefined;
  const isUnasked = status === undefined && command === 'API';
  if (isAboutTheMail(code, command) && (isForEver(status) || isUnasked)) {
    return new MailRefused(status);
  }
  const reason = typeof code === 'string' && /^E[A-Z0-9]{1,20}$/.test(code) ? code : 'unknown';
  return new MailUnavailable(reason, status);
};
