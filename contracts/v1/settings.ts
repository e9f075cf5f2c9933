import { z } from 'zod';
import { Settings } from '../settings.js';

const { banners, avs, auth, giftCards, highRisk, freightForwarders } = Settings.shape;
const { disposableEmailDomains, lastingEmailDomains } = Settings.shape;

const banner = banners.shape.lat.pick({
  name: true,
  currency: true,
  homeCountries: true,
  bands: true,
});

/** Answer of `GET /v1/settings`: the settings that facts depend on. */
export const RuleSettings = z
  .object({
    banners: z
      .object({ lat: banner, s5a: banner, o5a: banner, bay: banner })
      .meta({ description: 'The bands count where the rule set in force has none.' }),
    avs,
    auth,
    giftCards,
    highRisk,
    disposableEmailDomains: disposableEmailDomains.meta({
      description: 'Added to the list of disposable mail services that Verdict ships.',
    }),
    lastingEmailDomains: lastingEmailDomains.meta({
      description: 'Never disposable mail services, whatever the lists say.',
    }),
    freightForwarders,
    stores: z
      .array(Settings.shape.stores.unwrap().element.pick({ number: true, banner: true }))
      .meta({ description: 'The stores that rule R44 knows.' }),
    skipPartnersOnLocalReject: Settings.shape.skipPartnersOnLocalReject,
  })
  .meta({ id: 'RuleSettings' });
export type RuleSettings = z.output<typeof RuleSettings>;
