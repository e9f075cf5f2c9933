import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision, Outcome } from '../../contracts/hbc/decision.js';
import { decided, giveVerdict, reaches } from '../support/flows.js';
import { writeMmdb } from '../support/mmdb.js';
import { order } from '../support/orders.js';
import { makeSettingsFile, patientGuard, shippedSettings } from '../support/settings-file.js';
import { type Stack, startStack } from '../support/stack.js';
import { makeTempDir } from '../support/temp-dir.js';

type Json = Record<string, unknown>;

/** Rows and columns of the decision table; A accept, V review, J reject. */
const columns = ['approved', 'review', 'escalate', 'notperformed', 'unavailable', 'declined', 'no'];
const lowBand: Readonly<Record<string, string>> = {
  low: 'AVVVVJA',
  medium: 'AVVVVJA',
  high: 'VVVVVJV',
  very_high: 'JJJJJJJ',
  unknown: 'VVVVVJV',
  unavailable: 'VVVVVJV',
  no: 'AVVVVJA',
};
const rows = Object.keys(lowBand);
const bands: Readonly<Record<string, { readonly order: Json; readonly score: number }>> = {
  L: { order: {}, score: 0 },
  M: { order: { creditCard: { avsResponse: 'G', expiryDate: '01-20' } }, score: 70 },
  H: {
    order: {
      orderTotal: 9000,
      creditCard: { avsResponse: 'G', billingAddress: { country: 'FR' }, expiryDate: '01-20' },
    },
    score: 150,
  },
};

const expectedOf = (band: string, sardine: string, yleo: string): Outcome => {
  if (band === 'H') return 'reject';
  const letter = lowBand[sardine]?.[columns.indexOf(yleo)];
  if (letter === 'J') return 'reject';
  return letter === 'A' && band === 'L' ? 'accept' : 'review';
};

/** One banner for each pair of partners that has a vote at all. */
const bannerOf = (sardine: string, yleo: string): string => {
  if (sardine === 'no') return yleo === 'no' ? 'bay' : 'o5a';
  return yleo === 'no' ? 'lat' : 's5a';
};

const tagsOf = (sardine: string, yleo: string): string => {
  const ofSardine = ['low', 'unavailable', 'no'].includes(sardine) ? '' : `+sardine-${sardine}`;
  const silent = yleo === 'unavailable' ? '+yleo-transient' : `+yleo-${yleo}`;
  return ofSardine + (['approved', 'no'].includes(yleo) ? '' : silent);
};

/** A row for each answer that gives Sardine a vote, and one without a vote. */
const wholeRows: ReadonlySet<string> = new Set(['low', 'high', 'very_high', 'no']);
/** Each vote of either partner once: accept, review, reject. */
const votesOfSardine = ['low', 'unknown', 'very_high'];
const votesOfYleo = ['approved', 'review', 'declined'];

/**
 * The cells that are posted. In the lowest band: whole rows, and Yleo's three votes in the rows
 * that repeat a vote. In the other bands: the three votes of both partners. All cells are checked
 * in the domain (`test/domain/combine-votes.test.ts`); this checks their way through HTTP.
 */
const isAsked = (band: string, sardine: string, yleo: string): boolean => {
  if (band === 'L' && wholeRows.has(sardine)) return true;
  return votesOfYleo.includes(yleo) && (band === 'L' || votesOfSardine.includes(sardine));
};

const cells = Object.keys(bands).flatMap((band) =>
  rows.flatMap((sardine) =>
    columns
      .filter((yleo) => isAsked(band, sardine, yleo))
      .map((yleo) => [band, sardine, yleo] as const),
  ),
);
const keyOf = (...cell: readonly string[]): string => cell.join('/');
const answers = new Map<string, Decision>();
const answerOf = (...cell: readonly string[]): Decision => {
  const found = answers.get(keyOf(...cell));
  if (found === undefined) throw new Error('this cell was not asked');
  return found;
};

let stack: Stack;
const off = { enabled: false };
const { banners } = shippedSettings();
const settings = makeSettingsFile({
  // At home in the US like the others, so that one order scores the same at all four.
  banners: { ...banners, bay: { ...banners['bay'], currency: 'USD', homeCountries: ['US'] } },
  sardine: { guard: patientGuard },
  yleo: { guard: patientGuard },
});

const folder = makeTempDir();

/** A table whose tree is whole and whose one row, of 203.0.113.0/24, cannot be read. */
const damagedTable = (): Buffer => {
  const bytes = writeMmdb([['203.0.113.0/24', { country: { iso_code: 'US' } }]]);
  const row = bytes.indexOf('country') - 2;
  // A pointer to far behind the end of the file.
  bytes.set([0x3f, 0xff, 0xff], row);
  return bytes;
};

const ask = async ([band, sardine, yleo]: (typeof cells)[number]): Promise<void> => {
  const banner = bannerOf(sardine, yleo);
  const body = order({ banner, ...bands[band]?.order }, tagsOf(sardine, yleo));
  answers.set(keyOf(band, sardine, yleo), await decided(stack, body));
};

/** Four at a time: the stack is one small machine. */
const askAll = async (asked: readonly (typeof cells)[number][]): Promise<void> => {
  const left = [...asked];
  const work = async () => {
    for (let cell = left.pop(); cell !== undefined; cell = left.pop()) await ask(cell);
  };
  await Promise.all(Array.from({ length: 4 }, work));
};

beforeAll(async () => {
  const table = join(folder.path, 'damaged.mmdb');
  writeFileSync(table, damagedTable());
  stack = await startStack({ VERDICT_SETTINGS: settings.path, IP_COUNTRY_MMDB: table });
  const policies = {
    o5a: { partners: { sardine: off } },
    lat: { partners: { yleo: off } },
    bay: { partners: { sardine: off, yleo: off } },
  };
  for (const [banner, policy] of Object.entries(policies)) {
    const reply = await stack.put(`/v1/policies/${banner}`, { policy, note: 'a test' }, 'analyst');
    if (reply.status !== 200) throw new Error(reply.text);
  }
  // The worker reads policies each second; its next order of `bay` shows that it has.
  for (;;) {
    const { remarks } = await decided(stack, order({ banner: 'bay' }));
    if (remarks?.includes("Yleo was not asked (off in this banner's policy)")) break;
  }
  await askAll(cells.filter(([, sardine]) => sardine !== 'unavailable'));
  await stack.setFault('sardine', { status: 500, path: '/v1/issuing/risks' });
  await askAll(cells.filter(([, sardine]) => sardine === 'unavailable'));
  await stack.setFault('sardine', undefined);
});

afterAll(async () => {
  await stack?.stop();
  settings.remove();
  folder.remove();
});

describe('the decision table, through HTTP', () => {
  it('is asked in every row and every column, and about each pair of votes in each band', () => {
    expect(answers.size).toBe(cells.length);
    expect(cells.length).toBe(4 * 7 + 3 * 3 + 2 * 3 * 3);
    expect(new Set(cells.map(([, sardine]) => sardine)).size).toBe(rows.length);
    expect(new Set(cells.map(([, , yleo]) => yleo)).size).toBe(columns.length);
  });

  it.each(cells)('%s, Sardine %s, Yleo %s', (band, sardine, yleo) => {
    const answer = answerOf(band, sardine, yleo);
    expect(answer.recommendationCode).toBe(expectedOf(band, sardine, yleo));
  });
});

const severity = { accept: 0, review: 1, reject: 2 } as const;
const anyCell = fc.constantFrom(...cells);

describe('whatever the votes', () => {
  it('a worse vote never gives a milder answer', () => {
    const steps = fc.tuple(anyCell, fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2));
    fc.assert(
      fc.property(steps, ([[band], s1, s2, y1, y2]) => {
        const of = (s: number, y: number) =>
          severity[
            answerOf(band, votesOfSardine[s] ?? '', votesOfYleo[y] ?? '').recommendationCode
          ];
        const worse = of(Math.max(s1, s2), Math.max(y1, y2));
        expect(worse).toBeGreaterThanOrEqual(of(Math.min(s1, s2), Math.min(y1, y2)));
      }),
      { numRuns: 500 },
    );
  });

  it('the partners never touch totalScore or rulesTripped', () => {
    for (const [band, sardine, yleo] of cells) {
      const { totalScore, rulesTripped } = answerOf(band, sardine, yleo);
      expect(totalScore).toBe(bands[band]?.score);
      expect(rulesTripped).toBe(answerOf(band, 'low', 'approved').rulesTripped);
      const points = [...(rulesTripped ?? '').matchAll(/:(-?\d+);/g)].map(([, n]) => Number(n));
      expect(points.reduce((sum, point) => sum + point, 0)).toBe(totalScore);
    }
  });

  it('every review has a cross reference of its own', () => {
    const reviews = [...answers.values()].filter((one) => one.recommendationCode === 'review');
    const references = reviews.map(({ crossReference }) => crossReference);
    for (const one of references)
      expect(one).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(new Set(references).size).toBe(reviews.length);
  });

  it('remarks name the sources that decided, in the words of the table', () => {
    const words: Readonly<Record<string, string>> = {
      high: 'Sardine high',
      very_high: 'Sardine very_high',
      unknown: 'Sardine unknown',
      review: 'Yleo Review',
      escalate: 'Yleo Escalate',
      notperformed: 'Yleo NotPerformed',
      declined: 'Yleo Declined',
    };
    const voteOf: Readonly<Record<string, Outcome>> = {
      very_high: 'reject',
      declined: 'reject',
      ...Object.fromEntries(
        ['high', 'unknown', 'review', 'escalate', 'notperformed'].map((word) => [word, 'review']),
      ),
    };
    for (const [band, ...said] of cells.filter(([name]) => name !== 'H')) {
      const { remarks = '', recommendationCode } = answerOf(band, ...said);
      const [deciding = ''] = remarks.split('.');
      for (const word of said.filter((one) => one in voteOf)) {
        expect([deciding, deciding.includes(words[word] ?? '')]).toEqual([
          deciding,
          voteOf[word] === recommendationCode,
        ]);
      }
      const isLocal = (band === 'M' ? 'review' : 'accept') === recommendationCode;
      expect(deciding.includes(`local score ${bands[band]?.score}`)).toBe(isLocal);
    }
  });
});

it('an order with a rule that errs is reviewed although every vote accepts, and says which rule', async () => {
  const well = await decided(stack, order({ ipAddress: '198.51.100.7' }));
  expect(well.recommendationCode).toBe('accept');
  const body = order({ ipAddress: '203.0.113.9' });
  const { recommendationCode, remarks, transactionId } = await decided(stack, body);
  expect([recommendationCode, remarks]).toEqual(['review', expect.stringContaining('R39')]);
  const { rows: decisions } = await stack.db.query<{
    errored: readonly { id: string }[];
    votes: object[];
  }>('select errored_rules as errored, votes from decisions where transaction_id = $1', [
    transactionId,
  ]);
  expect(decisions[0]?.errored.map(({ id }) => id)).toContain('R39');
  expect(decisions[0]?.votes).toMatchObject([
    { source: 'local', outcome: 'review' },
    { source: 'sardine', outcome: 'accept' },
    { source: 'yleo', outcome: 'accept' },
  ]);
  await stack.expectPrinted('"alarm":"rule_errored"');
  expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
  await reaches(stack, body, 'processed');
});
