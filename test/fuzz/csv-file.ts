import * as fc from 'fast-check';
import { oddTexts } from './odd-json.js';

/** What a column of the files may hold, right and wrong. */
const cells: Readonly<Record<string, readonly string[]>> = {
  kind: ['bin', 'email', 'ip', 'address', 'card', 'fraud', 'chargeback', 'good', 'dispute'],
  value: [
    '400000',
    'ann@example.com',
    '73.44.18.0/24',
    '410 Maple Ave | 60202 | US',
    'example.com',
  ],
  reason: ['seen before', '10.4', '4837'],
  banner: ['s5a', 'BAY', ''],
  expires_at: ['2027-01-01T00:00:00Z', ''],
  state: ['live', 'removed'],
  transaction_id: ['tx_0f3b6c', 'tx_1'],
  order_id: ['81004517'],
  group_id: ['1', ''],
  last4: ['1111'],
  order_date: ['2026-11-01'],
  amount: ['187.45', '0', '1e9'],
  currency: ['USD', 'jpy'],
  date: ['2026-11-20'],
  fraud: ['true', 'false', 'yes'],
  source_id: ['n-1', ''],
  nonsense: ['x'],
};

const headers: readonly (readonly string[])[] = [
  ['kind', 'value', 'reason'],
  ['kind', 'value', 'reason', 'banner', 'expires_at', 'state'],
  ['kind', 'transaction_id'],
  ['kind', 'banner', 'order_id', 'group_id', 'date', 'amount', 'currency', 'reason', 'source_id'],
  ['kind', 'last4', 'order_date', 'amount', 'currency', 'date', 'fraud'],
];

const header = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...headers) },
  { weight: 1, arbitrary: fc.shuffledSubarray(Object.keys(cells), { minLength: 1 }) },
);

const quoted = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const lineOf = (columns: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      ...columns.map((name) =>
        fc.oneof(
          { weight: 15, arbitrary: fc.constantFrom(...(cells[name] ?? ['x'])) },
          { weight: 1, arbitrary: fc.constantFrom(...oddTexts) },
        ),
      ),
    )
    .map((texts) => texts.map(quoted).join(','));

/** A file of list entries or labels: a header and lines of as many cells. */
export const csvFile: fc.Arbitrary<string> = header.chain((columns) =>
  fc
    .tuple(
      fc.array(lineOf(columns), { maxLength: 4 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 200),
    )
    .map(([lines, end, times]) =>
      [columns.join(','), ...Array.from({ length: times }, () => lines).flat()].join(end),
    ),
);
