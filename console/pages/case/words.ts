import type { Outcome } from '../../../contracts/hbc/decision.js';
import type { LabelKind } from '../../../contracts/v1/labels.js';
import { partnerDeclarations, type VotingPartner } from '../../../contracts/voting-partners.js';
import type { CountedSubject } from '../../../domain/case/counts.js';
import { normaliseIp } from '../../../domain/ip-address.js';
import { printCard } from '../../../domain/case/comparison.js';
import { spellingsOf } from '../../../domain/subjects.js';
import type { SanitisedTransaction } from '../../../domain/transaction.js';
import type { PartnerFaultCode } from '../../../domain/votes.js';
import type { IconName } from '../../parts/icon.js';

/** An outcome as a finished act. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  accept: 'Accepted',
  review: 'In review',
  reject: 'Rejected',
};

/** What became of an order, as somebody said. */
export const labelWords: Readonly<Record<LabelKind, string>> = {
  fraud: 'fraud',
  chargeback: 'chargeback, fraud',
  dispute: 'disputed, no fraud',
  refunded_as_fraud: 'refunded as fraud',
  good: 'good',
};

/** Why a partner gave no answer. */
export const faultWords: Readonly<Record<PartnerFaultCode, string>> = {
  timeout: 'no answer in time',
  network: 'connection failed',
  rate_limited: 'it was asked too often',
  server_error: 'a fault on its side',
  refused: 'it refused the request',
  unauthorized: 'it refused our credentials',
  invalid_response: 'its answer could not be read',
  wrong_echo: 'its answer was for another order',
  partner_transient: 'a passing fault on its side',
  partner_permanent: 'it cannot judge this order',
  breaker_open: 'not asked, breaker open',
  overloaded: 'not asked, too many calls',
};

/** A partner's name. */
export const partnerTitle = (partner: string): string =>
  partnerDeclarations[partner as VotingPartner]?.title ?? partner;

/** A subject with its drawing. */
export const subjectWords: Readonly<
  Record<CountedSubject, { readonly label: string; readonly icon: IconName }>
> = {
  card: { label: 'Card', icon: 'card' },
  email: { label: 'E-mail', icon: 'mail' },
  account: { label: 'Account', icon: 'person' },
  device: { label: 'Device', icon: 'device' },
  ip: { label: 'IP address', icon: 'net' },
  address: { label: 'Address', icon: 'home' },
};

/** An order's own value of a subject, as people may see it. */
export const subjectValue = (order: SanitisedTransaction, subject: CountedSubject): string => {
  switch (subject) {
    case 'card':
      return printCard(order);
    case 'email':
      return order.customer.emailAddress;
    case 'account':
      return order.customer.accountId;
    case 'device':
      return `session ${order.additionalData?.inAuthId?.slice(0, 8) ?? ''}`;
    case 'ip':
      return normaliseIp(order.ipAddress ?? '') ?? '';
    case 'address': {
      const [first] = spellingsOf(order);
      return first === undefined ? '' : `${first.streetLineOne}, ${first.zip}`;
    }
    default:
      return subject satisfies never;
  }
};
