import { dayMs, hourMs } from '../../population/calendar.js';
import { makeUuid, pickWeighted } from '../../population/chance.js';
import { homeCountry } from '../../population/people.js';
import { wholeRecordMatch } from '../issuer.js';
import type { Story } from '../market.js';
import { residentialProxy } from '../networks.js';
import { everydayPieces, order } from '../order.js';
import { makeBuyer, makeNames, pickBanner } from '../people.js';
import { forwarderSuite, houseIn, pickMetro } from '../places.js';
import { anyTime } from '../season.js';
import { heardLater } from './labels.js';
import { addressedTo, campaignDaysMax, coverOf, loot, paced, posing } from './thief.js';

const truth = 'reshipper';

/** A home whose owner was hired to send parcels on; several stolen cards ship to it. */
export const hiredHome: Story = (market, random) => {
  const banner = pickBanner(random);
  const { firstName, lastName } = makeNames(random);
  const metro = pickMetro(random, homeCountry(banner));
  const drop = houseIn(random, metro, `${firstName} ${lastName}`);
  const usesHoldersName = random.chance(0.4);
  const cover = coverOf(market, random, random.chance(0.6) ? 'careful' : 'lazy');
  // Over the phone there is no device to see.
  const calls = random.chance(0.12);
  const gapMs = random.whole(6, 80) * hourMs;
  const times = paced(random, anyTime(random, 6 * dayMs), random.whole(3, 7), gapMs);
  return times.map((atMs) => {
    const { holder, card } = posing(market, random, atMs, { banner });
    return order(market, random, holder, {
      ...{ atMs, truth, story: 'reshipping_hired_home', card },
      shipTo: usesHoldersName ? addressedTo(drop, holder.home.name) : drop,
      ...(calls
        ? { source: 'phone' as const, ip: market.callCentre(random, atMs) }
        : { ip: cover.line(random, atMs), device: cover.device() }),
      ...{ pieces: loot(random, random.chance(0.7) ? 'hot' : 'modest') },
      match: pickWeighted(random, wholeRecordMatch),
      ...heardLater(random, atMs, 'stolenCard'),
    });
  });
};

/** Through a freight forwarder, each parcel with another suite number. */
export const byForwarder: Story = (market, random) => {
  const banner = random.pick(['s5a', 'o5a', 'lat'] as const);
  const cover = coverOf(market, random, 'lazy');
  const times = paced(random, anyTime(random, 3 * dayMs), random.whole(2, 4), 20 * hourMs);
  return times.map((atMs) => {
    const { holder, card } = posing(market, random, atMs, { banner });
    return order(market, random, holder, {
      ...{ atMs, truth, story: 'reshipping_by_forwarder', card },
      ...{ shipTo: forwarderSuite(random, holder.home.name), pieces: loot(random, 'hot') },
      ...{ ip: cover.line(random, atMs), device: cover.device() },
      match: pickWeighted(random, wholeRecordMatch),
      ...heardLater(random, atMs, 'stolenCard'),
    });
  });
};

/** Sells on a market place what stolen cards then buy; the parcels go to innocent buyers. */
export const triangle: Story = (market, random) => {
  const banner = pickBanner(random);
  const isAccount = random.chance(0.4);
  const startMs = anyTime(random, 8 * dayMs);
  const seller = makeBuyer(market, random, { banner, sinceMs: startMs - 20 * dayMs });
  const device = makeUuid(random);
  const country = homeCountry(banner);
  const times = paced(random, startMs, random.whole(3, 7), random.whole(10, 50) * hourMs);
  return times.map((atMs) => {
    const { holder, card } = posing(market, random, atMs, { banner });
    const { firstName, lastName } = makeNames(random);
    return order(market, random, holder, {
      ...{ atMs, truth, story: 'reshipping_triangle', card },
      shipTo: houseIn(random, pickMetro(random, country), `${firstName} ${lastName}`),
      pieces: random.chance(0.5) ? loot(random, 'modest') : everydayPieces(random, banner),
      ...(isAccount && { customer: seller.customer, device, ip: seller.line(random, atMs) }),
      ...(!isAccount && { device: makeUuid(random), ip: residentialProxy(random, atMs) }),
      match: pickWeighted(random, wholeRecordMatch),
      ...(random.chance(0.4) && { promotion: { code: 'SPRING20', share: 0.2 } }),
      ...heardLater(random, atMs, 'stolenCard'),
    });
  });
};

/** To the cardholder's own door, and there the parcel is rerouted or taken from the porch. */
export const rerouted: Story = (market, random) => {
  const times = paced(random, anyTime(random, 2 * dayMs), random.whole(1, 2), 5 * hourMs);
  const banner = pickBanner(random);
  const device = makeUuid(random);
  const { holder, card } = posing(market, random, times[0] ?? 0, { banner });
  return times.map((atMs) =>
    order(market, random, holder, {
      ...{ atMs, truth, story: 'reshipping_rerouted', card, device },
      ...{ ip: residentialProxy(random, atMs), pieces: loot(random, 'hot') },
      ...{ match: pickWeighted(random, wholeRecordMatch), speed: 'express' },
      ...heardLater(random, atMs, 'stolenCard'),
    }),
  );
};

/** Runners collect at the counters of one region. */
export const runners: Story = (market, random) => {
  const banner = pickBanner(random);
  const metro = pickMetro(random, homeCountry(banner));
  const cover = coverOf(market, random, random.chance(0.5) ? 'careful' : 'lazy');
  const times = paced(random, anyTime(random, campaignDaysMax / 5), random.whole(2, 4), dayMs);
  return times.map((atMs) => {
    const { holder, card } = posing(market, random, atMs, { banner });
    const { number } = random.pick(market.numbers.stores);
    const counter = {
      ...{ name: holder.home.name, streetLineOne: `${number} Galleria Parkway` },
      ...random.pick(metro.towns),
    };
    return order(market, random, holder, {
      ...{ atMs, truth, story: 'reshipping_runners', card, storeNumber: number },
      ...{ shipTo: counter, speed: 'pickup', pieces: loot(random, 'hot') },
      ...{ ip: cover.line(random, atMs), device: cover.device() },
      match: pickWeighted(random, wholeRecordMatch),
      ...heardLater(random, atMs, 'stolenCard'),
    });
  });
};
