import { yleo as declaration } from '../../contracts/yleo/declaration.js';
import type { PartnerDescription } from '../description.js';
import { createYleo } from './client.js';

export const yleo: PartnerDescription = {
  ...declaration,
  configure: ({ url: baseUrl }, { settings, alarm }) => createYleo({ baseUrl, settings, alarm }),
};
