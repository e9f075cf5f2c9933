import { isDisposableDomain } from './disposable-domains.js';
import { domainOfMailbox, normaliseEmail } from './email-address.js';

/**
 * Domains whose mailboxes belong to strangers. The list need not be complete: what it misses is
 * known by its many mailboxes. It saves the orders of most customers a useless read. The last line
 * is reserved for documents (RFC 2606), so it is nobody's own.
 */
const publicServices: ReadonlySet<string> = new Set(
  `gmail.com googlemail.com outlook.com hotmail.com live.com msn.com passport.com hotmail.ca live.ca
  outlook.fr hotmail.fr live.fr hotmail.co.uk live.co.uk outlook.de hotmail.de yahoo.com ymail.com
  rocketmail.com yahoo.ca yahoo.fr yahoo.co.uk yahoo.de yahoo.co.in yahoo.com.br yahoo.com.mx
  myyahoo.com aol.com aim.com verizon.net att.net sbcglobal.net bellsouth.net comcast.net
  xfinity.com cox.net charter.net spectrum.net roadrunner.com rr.com twc.com optonline.net
  optimum.net earthlink.net mindspring.com centurylink.net frontier.com windstream.net juno.com
  netzero.net icloud.com me.com mac.com privaterelay.appleid.com proton.me protonmail.com pm.me
  tutanota.com tuta.io fastmail.com hey.com zoho.com zohomail.com mail.com email.com usa.com gmx.com
  gmx.net gmx.de web.de t-online.de freenet.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr
  libero.it virgilio.it btinternet.com sky.com talktalk.net mail.ru yandex.ru yandex.com qq.com
  163.com 126.com sina.com foxmail.com naver.com daum.net hanmail.net docomo.ne.jp ezweb.ne.jp
  uol.com.br bol.com.br terra.com.br bell.net sympatico.ca rogers.com shaw.ca telus.net videotron.ca
  cogeco.ca eastlink.ca nbnet.nb.ca sasktel.net duck.com mozmail.com
  example.com example.org example.net`
    .trim()
    .split(/\s+/),
);

const none: ReadonlySet<string> = new Set();

/**
 * The domain of a mailbox in ASCII where it may be a firm's own: not of a public or disposable mail
 * service that Verdict knows. Undefined otherwise, and for a blank text or no address.
 */
export const ownDomainOf = (emailAddress: string): string | undefined => {
  const mailbox = normaliseEmail(emailAddress);
  if (mailbox === undefined) return undefined;
  const domain = domainOfMailbox(mailbox);
  const isShared =
    publicServices.has(domain) || isDisposableDomain(domain, { added: none, excepted: none });
  return isShared ? undefined : domain;
};

/** How far back the orders of a domain are read: a firm may buy presents once a year. */
export const domainReachDays = 400;
/** The latest orders of a domain that are read. A provider that nobody listed has thousands. */
export const domainOrdersMax = 100;
/** More mailboxes than this among these orders are strangers', or a firm's staff shopping. */
export const domainMailboxesMax = 20;
/**
 * Younger orders say nothing: a thief may come back on the next day. And they may still be being
 * stored, since no order waits for another one of its domain.
 */
export const domainLagDays = 7;

/** The earlier orders of the domain of an order's mailbox, within the limits above. */
export interface DomainPast {
  readonly mailboxes: number;
  /** The next three are -1 for a domain with too many mailboxes. Orders labelled as fraud. */
  readonly frauds: number;
  /**
   * Whole days since the first order that was neither rejected nor labelled as fraud, and since the
   * first of those that was billed to this order's postal code; -1 if there is none.
   */
  readonly sinceDays: number;
  readonly billedDays: number;
}
