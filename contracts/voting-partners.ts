import { custom } from './custom/declaration.js';
import type { PartnerDeclaration } from './partner-declaration.js';
import { sardine } from './sardine/declaration.js';
import { yleo } from './yleo/declaration.js';

/** The voting partners, in the order in which they are asked and listed. */
const declarations = { sardine, yleo, custom };

type Declarations = typeof declarations;
export type VotingPartner = keyof Declarations;

export const partnerDeclarations: Readonly<Record<VotingPartner, PartnerDeclaration>> =
  declarations;

export const votingPartners = Object.keys(declarations) as readonly VotingPartner[];

/** The same part of every declaration, by partner. */
export const ofEachPartner = <Part extends 'settings' | 'policy'>(part: Part) =>
  Object.fromEntries(
    Object.entries(declarations).map(([name, declaration]) => [name, declaration[part]]),
  ) as { readonly [Name in VotingPartner]: Declarations[Name][Part] };
