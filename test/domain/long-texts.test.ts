import { describe, expect, it } from 'vitest';
import { hasMoreParts } from '../../contracts/json-parts.js';
import { Address } from '../../contracts/hbc/credit-card.js';
import { textLimits } from '../../contracts/text-limits.js';
import { entryKinds } from '../../contracts/v1/lists.js';
import { evenWords } from '../../domain/address/even-words.js';
import { listKeysOf, placeSubjectOf } from '../../domain/address/place-key.js';
import { readPush } from '../../domain/aifi/read-push.js';
import { suspectsOf } from '../../domain/aifi/suspects.js';
import { finish } from '../../contracts/finish.js';
import type { Json } from '../../domain/aifi/json.js';
import { tidyPushInParts } from '../../domain/aifi/tidy.js';
import { openImportFile } from '../../domain/labels/import-file.js';
import { openImport } from '../../domain/lists/import-lines.js';
import { readValue } from '../../domain/lists/read-value.js';
import { readEntryCursor } from '../../services/lists/lists.js';
import { findCardNumbers } from '../../services/rule-sets/check.js';
import { ipAddress, email, money } from '../../contracts/hbc/primitives.js';
import { countryOf, isoCountry, regionOf } from '../../domain/country.js';
import { parseCsv } from '../../domain/csv.js';
import { looksLikeCard } from '../../domain/lists/looks-like-card.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { normaliseDomain, normaliseText } from '../../domain/lists/plain-values.js';
import { maskCardNumbers } from '../../domain/mask.js';
import { normaliseEmail } from '../../domain/email-address.js';
import { normaliseIp } from '../../domain/ip-address.js';
import { compareNames } from '../../domain/name-similarity.js';
import { normaliseWords, toStorable, withoutLastNumber } from '../../domain/text.js';
import { refusalReason } from '../../partners/oms/refusal-reason.js';
import { storedText } from '../../partners/texts.js';

/** Runs to the end without a pause. */
const tidyPush = (raw: Json) => finish(tidyPushInParts(raw));

const blank = { name: '', streetLineOne: '', city: '', state: '', zip: '', country: 'US' };

/** Every key of an address that has the same text in each field. */
const readAddress = (text: string) => {
  const street = { streetLineOne: text, streetLineTwo: text };
  const address = { ...street, name: text, city: text, state: text, zip: text, country: 'CA' };
  return [placeSubjectOf(address), listKeysOf(address)];
};

const entryWith = (text: string) => ({
  ...{ value: text, reason: text },
  address: { ...blank, streetLineOne: 'x', zip: text },
});

const functions: Record<string, (text: string) => unknown> = {
  maskCardNumbers: (text) => maskCardNumbers(text, '4111111111111111'),
  maskReason,
  looksLikeCard,
  compareNames: (text) => compareNames(text, `x${text}`),
  normaliseEmail,
  normaliseIp,
  normaliseDomain,
  normaliseText,
  normaliseWords,
  toStorable,
  isoCountry,
  parseCsv,
  refusalReason,
  withoutLastNumber,
  storedText: (text) => storedText(text, 200),
  email: (text) => email.safeParse(text),
  ipAddress: (text) => ipAddress.safeParse(text),
  money: (text) => money.safeParse(text),
  streets: (text) => evenWords(text, 'CA'),
  town: (text) => placeSubjectOf({ ...blank, streetLineOne: 'x', city: text }),
  // Its fields together are as long as the text.
  address: (text) => readAddress(text.slice(0, text.length / 6)),
  regionOf: (text) => [regionOf('US', text), regionOf(text, text)],
  countryOf,
  readValue: (text) => entryKinds.map((kind) => readValue(kind, entryWith(text))),
  tidyPush: (text) => tidyPush({ metadata: { [text]: text }, texts: [text] }),
  readPush: (text) => readPush({ sessionId: text, timeOfOrigin: text, timeOfIssue: text }, 0),
  suspectsOf: (text) => suspectsOf({ customer: { role: text, externalId: text } }),
  openImport: (text) => openImport(`value,reason\n${text}`, 'email'),
  openImportFile: (text) => openImportFile(`kind,reason\n${text}`),
  findCardNumbers,
  hasMoreParts: (text) => hasMoreParts(`["${text}`, 10),
  readEntryCursor,
};

const units = ['1 ', '4', '4111 1111 1111 1111 ', ' ', 'x', 'é', 'e\u0301', '1-', 'a.', '@', ':'];
const more = ['a@', '+', '"', '""', ',', '\n', 'a b ', '::', '1.', '😀', '\u0000', '{', "'", 'ﬁ'];

/**
 * Processor time in ms, the best of some runs: others share the machine, and the processor time of
 * a process includes its compiler and garbage collector. Five runs do when one of them stays within
 * `enoughMs`.
 */
const bestOf = (work: () => unknown, enoughMs = Number.POSITIVE_INFINITY): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5 || (run < 25 && best > enoughMs); run += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
};

const textOf = (unit: string, length: number): string =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

describe('the work on a long text grows with its length alone', () => {
  it.each(Object.entries(functions))('%s', (_name, read) => {
    for (const unit of [...units, ...more]) {
      const quarter = bestOf(() => read(textOf(unit, 16_384)));
      const whole = bestOf(() => read(textOf(unit, 65_536)), 20);
      // Linear work takes four times as long, quadratic work sixteen times; of 65,536 letters
      // quadratic work takes seconds, and what is done in ten milliseconds is none.
      const isLinear = whole <= 10 || whole <= 8 * quarter;
      expect({ unit, isLinear, isQuick: whole <= 20 }, `${quarter} to ${whole} ms`).toEqual({
        unit,
        isLinear: true,
        isQuick: true,
      });
    }
  });
});

describe('an address that an order or an entry of a list may have', () => {
  const limits = {
    name: 'personName',
    streetLineOne: 'addressLine',
    streetLineTwo: 'addressLine',
    city: 'place',
    state: 'place',
    zip: 'zip',
    country: 'place',
  } as const;
  const longest = (unit: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(limits).map(([name, kind]) => [
        name,
        Array.from(textOf(unit, 2 * textLimits[kind].max))
          .slice(0, textLimits[kind].max)
          .join(''),
      ]),
    );

  it('has no text beyond its limit', () => {
    expect(Address.safeParse(longest('x')).success).toBe(true);
    for (const name of Object.keys(limits)) {
      const address = longest('x');
      const longer = { ...address, [name]: `${address[name]}x` };
      expect(Address.safeParse(longer).success, name).toBe(false);
    }
  });

  it.each([...units, ...more])(
    'is read in a millisecond or two, as long as it may be: %j',
    (unit) => {
      // Five hundred of them come with one order, with a turn for others after each few.
      const ms = bestOf(() => {
        const address = Address.safeParse(longest(unit)).data;
        return address && [placeSubjectOf(address), listKeysOf(address)];
      }, 3);
      expect(ms).toBeLessThan(3);
    },
  );
});
