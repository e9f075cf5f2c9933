import { sardine as declaration } from '../../contracts/sardine/declaration.js';
import { credentialOf, type PartnerDescription } from '../description.js';
import { createSardine, type Sardine } from './client.js';

export const sardine: PartnerDescription<Sardine> = {
  ...declaration,
  configure: (access, parts) =>
    createSardine({
      ...parts,
      baseUrl: access.url,
      clientId: credentialOf(access, 'SARDINE_CLIENT_ID'),
      clientSecret: { reveal: () => credentialOf(access, 'SARDINE_CLIENT_SECRET') },
    }),
};
