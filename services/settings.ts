import type { Settings } from '../contracts/settings.js';
import type { RuleSettings } from '../contracts/v1/settings.js';

type BannerSettings = Settings['banners']['lat'];

const showBanner = ({ name, currency, homeCountries, bands }: BannerSettings) => ({
  name,
  currency,
  homeCountries,
  bands,
});

/** The settings that facts depend on, without mailboxes, merchants and partners' limits. */
export const showSettings = (settings: Settings): RuleSettings => {
  const { lat, s5a, o5a, bay } = settings.banners;
  const { avs, auth, giftCards, highRisk, freightForwarders } = settings;
  const { disposableEmailDomains, lastingEmailDomains } = settings;
  return {
    banners: {
      lat: showBanner(lat),
      s5a: showBanner(s5a),
      o5a: showBanner(o5a),
      bay: showBanner(bay),
    },
    avs,
    auth,
    giftCards,
    highRisk,
    disposableEmailDomains,
    lastingEmailDomains,
    freightForwarders,
    stores: settings.stores.map(({ number, banner }) => ({ number, banner })),
    skipPartnersOnLocalReject: settings.skipPartnersOnLocalReject,
  };
};
