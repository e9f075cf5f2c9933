import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRuleText, readWrittenText } from '../../services/rule-sets/read-text.js';

const rule = (id: string, name: string, cases: readonly string[]) =>
  `  - id: ${id}\n    name: "${name}"\n    cases:\n${cases.join('')}`;

const ruleCase = (when: string, more = 'points: 5') =>
  `      - when: >-\n          ${when}\n        ${more}\n        reason: a\n`;

const textOf = (...rules: readonly string[]) => `rules:\n${rules.join('')}`;

const doubtsOf = (text: string) => {
  expect(readRuleText(text)).toHaveProperty('ruleSet');
  return readWrittenText(text).doubts;
};

const doubtsOfCondition = (when: string) => doubtsOf(textOf(rule('R1', 'one', [ruleCase(when)])));

describe('a condition that no order can meet is a mistake', () => {
  it.each([
    ['tx.source == "WEB"', /^cases\.0 tx\.source is never 'WEB': it is a code in lower case/],
    ['"Web" != tx.source', /tx\.source is never 'Web'/],
    ['shipping.country == "us"', /shipping\.country is never 'us': it is an ISO country code/],
    ['shipping.billingCountry in ["US", "UK"]', /is never 'UK'/],
    ['shipping.country == "USA"', /is never 'USA'/],
    ['ip.country == "several"', /is never 'several'/],
    ['tx.currency == "usd"', /tx\.currency is never 'usd': it is an ISO currency code/],
    ['card.bin6 == "4111 11"', /card\.bin6 is never '4111 11': it is six digits/],
    ['tx.orderTotal > 5 && tx.orderTotal < 4', /can never be true: no tx\.orderTotal fits/],
    ['5.0 < tx.orderTotal && tx.orderTotal <= 5.0', /no tx\.orderTotal fits/],
    ['tx.orderTotal == 3.0 && tx.orderTotal >= 3.5', /no tx\.orderTotal fits/],
    ['tx.orderTotal < -1 && auth.approved && tx.orderTotal > 0', /no tx\.orderTotal fits/],
    ['auth.approved || (tx.orderTotal > 5 && tx.orderTotal < 4)', /no tx\.orderTotal fits/],
    ['tx.receivedHourUtc >= 24', /no tx\.receivedHourUtc fits/],
    ['card.nameSimilarity > 1', /no card\.nameSimilarity fits/],
    ['byCard.orders24h < 0', /no byCard\.orders24h fits/],
    ['tx.banner == "lat" && tx.banner == "bay"', /no tx\.banner fits/],
    ['tx.banner in ["lat", "bay"] && tx.banner == "s5a"', /no tx\.banner fits/],
    ['!(tx.orderTotal >= 0)', /no tx\.orderTotal fits/],
    ['!(tx.orderTotal <= 5) && !(tx.orderTotal >= 4)', /no tx\.orderTotal fits/],
    ['(tx.orderTotal > 5 || tx.orderTotal > 6) && tx.orderTotal < 4', /no tx\.orderTotal fits/],
    ['tx.orderTotal == 5.0 && tx.orderTotal != 5.0', /no tx\.orderTotal fits/],
    ['tx.orderTotal in [1.0, 2.0] && tx.orderTotal > 3', /no tx\.orderTotal fits/],
    ['tx.orderTotal > 2.0 * 5.0 && tx.orderTotal < 3.0 * 3.0', /no tx\.orderTotal fits/],
    ['tx.orderTotal > 5 ? tx.orderTotal < 4 : false', /no tx\.orderTotal fits/],
    ['-tx.orderTotal > 5', /no tx\.orderTotal fits/],
    ['byCard.orders1h > 2 && byCard.orders1h < 3', /no byCard\.orders1h fits/],
    ['byCard.orders1h == 2.5', /no byCard\.orders1h fits/],
    ['(tx.orderTotal > 5) == (tx.orderTotal <= 5)', /no tx\.orderTotal fits/],
    ['tx.orderTotal < tx.orderTotal', /no tx\.orderTotal fits/],
    ['tx.orderTotal > auth.fullAmount && auth.fullAmount > tx.orderTotal', /can never be true/],
    ['tx.currency == tx.homeCurrency && tx.currency != tx.homeCurrency', /can never be true/],
    ['tx.banner in ["lat"] && !(tx.banner in ["lat", "bay"])', /no tx\.banner fits/],
    ['!(tx.banner in ["lat", "s5a", "o5a", "bay"])', /no tx\.banner fits/],
    ['auth.approved && !auth.approved', /no auth\.approved fits/],
    ['auth.approved == true && auth.approved == false', /no auth\.approved fits/],
    ['shipping.country.startsWith("us")', /no shipping\.country fits/],
    ['tx.source.startsWith("Web")', /no tx\.source fits/],
    ['tx.source == "web" && tx.source.startsWith("st")', /no tx\.source fits/],
    ['tx.source.endsWith("b") && tx.source.endsWith("e")', /no tx\.source fits/],
    ['avs.zip.contains("No")', /no avs\.zip fits/],
    ['card.bin6.startsWith("4111111")', /no card\.bin6 fits/],
    ['tx.source in []', /no tx\.source fits/],
    ['!(subject.email in list("a")) && subject.email in list("a")', /no subject\.email fits/],
    ['auth.approved && false', /can never be true$/],
    ['customer.type == "guest" && customer.accountAgeDays < 7', /no customer\.accountAgeDays fits/],
    ['1.0 == 2.0', /can never be true$/],
  ])('%s', (when, message) => {
    const doubts = doubtsOfCondition(when);
    expect(doubts).toHaveLength(1);
    expect(doubts[0]?.message).toMatch(message);
    expect(doubts[0]).toMatchObject({ rule: 'R1', line: 6 });
  });

  it.each([
    'shipping.country in ["US", "several", "unknown", ""]',
    'tx.source == "other" || tx.source == "click-and-collect" || tx.source == "in_store"',
    'tx.currency == tx.homeCurrency && tx.currency != "CAD"',
    'tx.orderTotal >= 5 && tx.orderTotal <= 5',
    'tx.orderTotal > 5 || tx.orderTotal < 4',
    'customer.accountAgeDays < 0',
    'tx.banner in ["lat", "bay"] && tx.banner in ["bay", "s5a"]',
    '!(tx.orderTotal > 5 && tx.orderTotal < 4)',
    '!(tx.receivedHourUtc >= 24)',
    'tx.orderTotal * 2.0 > 10 && tx.orderTotal < 5.5',
    'byCard.orders1h >= 2 && byCard.orders1h < 3',
    'evidence.aifiPoints > 10 && evidence.aifiPoints < 10.5',
    'tx.orderTotal >= auth.fullAmount && auth.fullAmount >= tx.orderTotal',
    'items.goodsTotal < 0',
    'auth.codePoints < 0.0 || auth.codePoints > 0.0',
    '-card.monthsToExpiry > 0',
    'tx.orderTotal > 5 ? true : false',
    'tx.banner != "lat" && tx.banner != "s5a" && tx.banner != "o5a"',
    'tx.source.startsWith("web") && tx.source.startsWith("web_") && tx.source.endsWith("_us")',
    'shipping.country.startsWith("U") || shipping.country.contains("ever")',
    'subject.email in list("a") && !(subject.email in list("b"))',
    'tx.source + "x" == "webx" || lists.blockedBy == ""',
    'auth.approved || false',
    'customer.type == "guest" && customer.accountAgeDays > 365',
    'customer.type in ["guest", "employee"] && customer.accountAgeDays < 7',
  ])('and one that some order meets is none: %s', (when) => {
    expect(doubtsOfCondition(when)).toEqual([]);
  });
});

describe('what can only be a mistake in a rule set', () => {
  it('is a case that another case of its rule always outweighs', () => {
    const cases = [
      ruleCase('tx.orderTotal >= 100', 'points: 20'),
      ruleCase('tx.orderTotal >= 500 && auth.approved', 'points: 10'),
      ruleCase('tx.orderTotal >= 1000', 'hard: review'),
    ];
    expect(doubtsOf(textOf(rule('R1', 'one', cases)))).toMatchObject([
      { rule: 'R1', line: 9, message: expect.stringMatching(/^cases\.1 never counts/) as string },
    ]);
    const steps = [
      ruleCase('tx.orderTotal >= 100', 'points: 10'),
      ruleCase('tx.orderTotal >= 500', 'points: 20'),
    ];
    expect(doubtsOf(textOf(rule('R1', 'one', steps)))).toEqual([]);
  });

  it.each([
    ['!(tx.orderTotal < 100)', 'tx.orderTotal >= 100 && auth.approved'],
    ['auth.approved || card.luhnValid', 'auth.approved'],
    ['tx.banner in ["lat", "bay"]', 'tx.banner == "bay"'],
    ['subject.email in list("vip")', 'subject.email in list("vip") && tx.sumMismatch'],
    ['tx.orderTotal * 2.0 > 9', 'tx.sumMismatch && tx.orderTotal * 2.0 > 9'],
    ['tx.orderTotal >= 0', 'tx.orderTotal / home.orderTotal > 3'],
  ])('is a case that never counts beside %s: %s', (stronger, weaker) => {
    const cases = [ruleCase(weaker, 'points: 5'), ruleCase(stronger, 'points: 20')];
    expect(doubtsOf(textOf(rule('R1', 'one', cases)))).toMatchObject([
      { message: expect.stringMatching(/^cases\.0 never counts: .* cases\.1 holds/) as string },
    ]);
    const turned = [ruleCase(weaker, 'points: 20'), ruleCase(stronger, 'points: 5')];
    expect(doubtsOf(textOf(rule('R1', 'one', turned)))).toEqual([]);
  });

  it('is a case that several others cover together, in what a banner has of its own too', () => {
    const cases = [
      ruleCase('tx.sumMismatch', 'points: 5'),
      ruleCase('tx.orderTotal >= 100', 'points: 20'),
      ruleCase('tx.orderTotal < 100', 'points: 10'),
    ];
    const told = /^cases\.0 never counts: whenever it holds, cases\.1 or cases\.2 holds/;
    expect(doubtsOf(textOf(rule('R1', 'one', cases)))).toMatchObject([
      { message: expect.stringMatching(told) as string },
    ]);
    const own = [
      { when: 'auth.approved', points: 20, reason: 'a' },
      { when: 'auth.approved && tx.sumMismatch', points: 5, reason: 'a' },
    ];
    const banners = JSON.stringify({ bay: { rules: { R1: { cases: own } } } });
    const text = `${textOf(rule('R1', 'one', [ruleCase('auth.approved')]))}banners: ${banners}\n`;
    expect(doubtsOf(text)).toMatchObject([
      { rule: 'R1', message: expect.stringMatching(/^cases\.1 never counts/) as string },
    ]);
  });

  it('is an id that differs from another one in capital letters only', () => {
    const text = textOf(
      rule('R1', 'one', [ruleCase('auth.approved')]),
      rule('r1', 'other', [ruleCase('auth.approved')]),
    );
    expect(doubtsOf(text)).toMatchObject([
      { rule: 'r1', message: expect.stringMatching(/differs from R1/) as string },
    ]);
  });

  it.each(['Web: first', 'a, b'])('is a name that looks like two entries: %s', (name) => {
    const text = textOf(rule('R1', name, [ruleCase('auth.approved')]));
    expect(doubtsOf(text)).toMatchObject([
      { rule: 'R1', line: 3, message: expect.stringMatching(/must not hold : ;/) as string },
    ]);
  });

  it('is not to be found in the shipped rules', () => {
    expect(doubtsOf(readFileSync('rules/default.yaml', 'utf8'))).toEqual([]);
  });
});
