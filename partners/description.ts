import type { PartnerAccess, PartnerDeclaration } from '../contracts/partner-declaration.js';
import type { Settings } from '../contracts/settings.js';
import type { Partner, RaiseAlarm } from './call.js';

/** Caches for a day which customers a partner knows, so that most orders need not send them. */
export interface CustomerCache {
  readonly isKnown: (key: string) => Promise<boolean>;
  readonly remember: (key: string) => Promise<void>;
  readonly forget: (key: string) => Promise<void>;
}

/** What a process provides to create the partners' clients. */
export interface PartnerParts {
  readonly settings: Settings;
  readonly alarm: RaiseAlarm;
  readonly customerCache: CustomerCache;
  /** A keyed one-way function of a lower-case e-mail address. */
  readonly guestIdOf: (email: string) => string;
  /** A keyed one-way function for a partner's own pseudonym of a card or a shopper. */
  readonly pseudonymOf: (purpose: string, value: string) => string;
}

/** A voting partner: its declaration, and the factory of its client. */
export interface PartnerDescription<Client extends Partner = Partner> extends PartnerDeclaration {
  /**
   * Creates the client of one process: check, background check, report, probe, and `tell` where the
   * partner takes feedback. Its simulator: `simulators/voting-partners.ts`.
   */
  readonly configure: (access: PartnerAccess, parts: PartnerParts) => Client;
}

/** A text or secret of a partner's access. Throws when its declaration does not name it. */
export const credentialOf = ({ texts, secrets }: PartnerAccess, name: string): string => {
  const value = texts[name] ?? secrets[name]?.reveal();
  if (value === undefined) throw new Error(`${name} is not declared`);
  return value;
};
