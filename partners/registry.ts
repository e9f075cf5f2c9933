import type { PartnerAccess } from '../contracts/partner-declaration.js';
import { type VotingPartner, votingPartners } from '../contracts/voting-partners.js';
import { custom } from './custom/description.js';
import type { PartnerDescription, PartnerParts } from './description.js';
import { sardine } from './sardine/description.js';
import { yleo } from './yleo/description.js';

/** Every voting partner. The names are those of `contracts/voting-partners.ts`. */
const registry = { sardine, yleo, custom } satisfies Record<VotingPartner, PartnerDescription>;

/** The clients of the configured partners. */
type Partners = {
  readonly [Name in VotingPartner]?: ReturnType<(typeof registry)[Name]['configure']>;
};

/** Creates a client for each partner that has an address. */
export const configurePartners = (
  accesses: Readonly<Partial<Record<VotingPartner, PartnerAccess>>>,
  parts: PartnerParts,
): Partners =>
  Object.fromEntries(
    votingPartners.flatMap((name) => {
      const access = accesses[name];
      return access === undefined ? [] : [[name, registry[name].configure(access, parts)]];
    }),
  );
