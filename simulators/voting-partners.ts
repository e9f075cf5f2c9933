import type { VotingPartner } from '../contracts/voting-partners.js';
import { createCustom } from './custom.js';
import type { Partner } from './partner.js';
import { createSardine } from './sardine.js';
import { createYleo } from './yleo.js';

/** Values of the variables in the partners' declarations; an unset one is empty. */
export type Credentials = Readonly<Record<string, string>>;

/** The simulator of each voting partner. */
export const votingSimulators: Readonly<
  Record<VotingPartner, (credentials: Credentials) => Partner>
> = {
  sardine: (credentials) =>
    createSardine({
      clientId: credentials['SARDINE_CLIENT_ID'] ?? '',
      clientSecret: credentials['SARDINE_CLIENT_SECRET'] ?? '',
    }),
  yleo: () => createYleo(),
  custom: (credentials) => createCustom({ secret: credentials['CUSTOM_SECRET'] ?? '' }),
};
