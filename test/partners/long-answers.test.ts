import { describe, expect, it } from 'vitest';
import type { Opinion } from '../../partners/call.js';
import { readOpinion } from '../../partners/sardine/answers.js';
import { SparkflyFault } from '../../partners/sparkfly/fault.js';
import { readPage } from '../../partners/sparkfly/page.js';
import { storedText } from '../../partners/texts.js';
import { createYleo } from '../../partners/yleo/client.js';
import { contextWith, settingsWith, transactionWith } from './fixture.js';
import { answer, serve } from './http-server.js';
import { bestStretchMs } from '../support/longest-stretch.js';
import { filled, strangeBodies, textOf, units } from '../support/large-bodies.js';

const sessionKey = 'session';
const rule = (index: number) => `{"id":${index},"name":"r","isLive":true}`;
const named = (index: number) => `"c${index}":{"riskLevel":{"value":"low","ruleIds":["a"]}}`;
const head = `{"status":"success","sessionKey":"${sessionKey}","level":"high"`;

/** The largest allowed answers, by their content. */
const answers = {
  rules: filled(`${head},"rules":[`, rule, ']}'),
  checkpoints: filled(`${head},"checkpoints":{`, named, '}}'),
  'reason codes': filled(`${head},"reasonCodes":[`, () => '"R1"', ']}'),
  'one name': `${head},"rules":[{"id":1,"name":"${textOf(units.digits, 1_000_000)}"}]}`,
};

describe('an answer of Sardine, as large as one may be', () => {
  it.each(Object.entries(answers))('holds nobody up, full of %s', async (_name, text) => {
    let opinion: Opinion | undefined;
    const read = async () => {
      opinion = readOpinion({ status: 200, text, fault: undefined }, sessionKey);
    };
    expect(await bestStretchMs(read, { limitMs: 50, runs: 5 })).toBeLessThanOrEqual(50);
    expect(opinion?.outcome).toBe('review');
    expect(JSON.stringify(opinion?.evidence).length).toBeLessThan(20_000);
  });
});

/** Cut to the size limit of an answer; a parser notices the missing end last. */
const strange = Object.entries(strangeBodies).map(
  ([name, text]) => [name, text.slice(0, 990_000)] as const,
);

describe('an answer full of what no partner sends', () => {
  it.each(strange)('holds nobody up from Yleo: %s', async (_name, text) => {
    const partner = await serve((_call, response) => answer(response, 200, text));
    const yleo = createYleo({ baseUrl: partner.url, settings: settingsWith(), alarm: () => {} });
    const check = async () => {
      const { kind } = await yleo.check(transactionWith(), contextWith({ budgetMs: 300 }));
      expect(kind).toBe('unavailable');
    };
    try {
      expect(await bestStretchMs(check, { limitMs: 50, runs: 4 })).toBeLessThan(50);
    } finally {
      await yleo.close();
      await partner.close();
    }
  });

  it('holds nobody up from Sparkfly, whose answers may be larger', async () => {
    const brackets = `${'['.repeat(2_400_000)}${']'.repeat(2_400_000)}`;
    const read = async () => {
      expect(() => readPage(brackets, { page: 1, perPage: 50 })).toThrow(SparkflyFault);
    };
    expect(await bestStretchMs(read, { limitMs: 50, runs: 4 })).toBeLessThan(50);
  });
});

describe('the text of a partner', () => {
  it.each([0, 1, 7, 15, 16])('keeps no card number that a cut went through, %i off', (by) => {
    const before = `${'x '.repeat((400 - 16 - by) / 2)}${by % 2 === 1 ? 'y' : ''}`;
    const text = `${before}4111111111111111 tail`;
    expect(storedText(`${text}${'z'.repeat(1000)}`, 200)).not.toMatch(/\d{7}/);
    expect(storedText(`${'x'.repeat(196)}4111111111111111`, 200)).not.toMatch(/\d{7}/);
  });
});
