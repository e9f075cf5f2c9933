/**
 * The mail server refused this recipient or this message with a code that stands for ever. It says
 * so by a number alone: servers quote addresses in their texts.
 */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';

  constructor(status: number | undefined) {
    super(`the mail server refuses the mail (${status ?? 'no status'})`);
  }
}

/**
 * The mail was not taken, as far as we know, for a reason that may pass: no connection, no login,
 * our sender refused, a status of 4xx, out of time. After the final dot it may have been taken.
 */
export class MailUnavailable extends Error {
  override readonly name = 'MailUnavailable';

  constructor(reason: string, status: number | undefined) {
    super(`the mail was not taken (${reason}${status === undefined ? '' : `, ${status}`})`);
  }
}

/** What nodemailer tells of a fault beside texts, none of which may be shown. */
interface SmtpFault {
  readonly code?: unknown;
  readonly command?: unknown;
  readonly responseCode?: unknown;
}

/** These ask who we are, or that we begin anew: they say nothing of the mail. */
const aboutTheSession = new Set([503, 530, 534, 535, 538]);

const isForEver = (status: number | undefined): boolean =>
  status !== undefined && status >= 500 && status < 600 && !aboutTheSession.has(status);

/**
 * Codes of nodemailer: the envelope (RCPT TO and DATA are about this mail, MAIL FROM about our
 * sender, API is an address that no server was asked about) and the message itself.
 */
const isAboutTheMail = (code: unknown, command: unknown): boolean =>
  code === 'EMESSAGE' || (code === 'EENVELOPE' && command !== 'MAIL FROM');

/** The fault of a send that failed, by type, without a word of the server's. */
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
