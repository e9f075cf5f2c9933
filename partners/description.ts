import type { PartnerAccess, PartnerDeclaration } from '../contracts/partner-declaration.js';
import type { Settings } from '../contracts/settings.js';
import type { Partner, RaiseAlarm } from './call.js';

/** Remembers for a day which customers a partner knows, so that not every order sends them. */
export interface CustomerCache {
  readonly isKnown: (key: string) => Promise<boolean>;
  readonly remember: (key: string) => Promise<void>;
  readonly forget: (key: string) => Promise<void>;
}

/** What a process has for the partners' clients to be made of. */
export interface PartnerParts {
  readonly settings: Settings;
  readonly alarm: RaiseAlarm;
  readonly customerCache: CustomerCache;
  /** A keyed one-way function of a lower-case e-mail address. */
  readonly guestIdOf: (email: string) => string;
  /** A keyed one-way function: what a partner of its own may know of a card or a shopper. */
  readonly pseudonymOf: (purpose: string, value: string) => string;
}

/** A voting partner: what is declared of it, and how its client is made. */
export interface PartnerDescription<Client extends Partner = Partner> extends PartnerDeclaration {
  /**
   * The client of one process: check, check again in the background, report, probe, and `tell`
   * where the partner takes feedback. Its faults on demand: `simulators/voting-partners.ts`.
   */
  readonly configure: (access: PartnerAccess, parts: PartnerParts) => Client;
}

/** A text or secret that belongs to a partner's URL; throws when its declaration names none. */
export const credentialOf = ({ texts, secrets }: PartnerAccess, name: string): string => {
  const value = texts[name] ?? secrets[name]?.reveal();
  if (value === undefined) throw new Error(`${name} is not declared`);
  return value;
};
