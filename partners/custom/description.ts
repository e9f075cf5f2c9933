import { custom as declaration } from '../../contracts/custom/declaration.js';
import { credentialOf, type PartnerDescription } from '../description.js';
import { createCustom } from './client.js';

export const custom: PartnerDescription = {
  ...declaration,
  configure: (access, { settings, alarm, pseudonymOf }) =>
    createCustom({
      baseUrl: access.url,
      settings,
      alarm,
      pseudonymOf,
      secret: { reveal: () => credentialOf(access, 'CUSTOM_SECRET') },
    }),
};
