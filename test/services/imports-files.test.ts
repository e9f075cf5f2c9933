import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseWire } from '../../contracts/faults.js';
import { ImportMapping } from '../../contracts/v1/import-mapping.js';
import { createRowMapper } from '../../domain/imports/map-row.js';
import {
  FileFault,
  type FileLine,
  readCsvRows,
  readJsonLines,
} from '../../services/imports/file-lines.js';
import { type PastOrder, readLine } from '../../services/imports/read-line.js';
import { exampleBody } from '../support/transactions.js';
import { tokeniser } from './imports-fixture.js';

/** The bytes of a text in chunks of an odd size, which cut lines and characters. */
async function* chunksOf(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const collect = async (lines: AsyncIterable<FileLine>): Promise<[number, unknown][]> => {
  const found: [number, unknown][] = [];
  for await (const { line, read } of lines) found.push([line, read()]);
  return found;
};

describe('a file of JSON lines', () => {
  it('gives each object with its line, and what is none as unreadable', async () => {
    const text = '{"a":"é"}\r\n\n[1]\nnothing\n{"b":2}';
    expect(await collect(readJsonLines(chunksOf(text)))).toEqual([
      ...([[1, { a: 'é' }] as const, [3, undefined] as const] satisfies unknown[]),
      ...([[4, undefined] as const, [5, { b: 2 }] as const] satisfies unknown[]),
    ]);
  });

  it('keeps no line in memory that is longer than an order may be', async () => {
    const text = `{"a":"${'x'.repeat(3_000_000)}"}\n{"b":2}\n`;
    const found = await collect(readJsonLines(chunksOf(text, 65_536)));
    expect(found).toEqual([
      [1, undefined],
      [2, { b: 2 }],
    ]);
  });

  it('in another encoding is refused as a whole', async () => {
    async function* latin1() {
      yield Buffer.from([0x7b, 0xe9, 0x7d]);
    }
    await expect(collect(readJsonLines(latin1()))).rejects.toThrow(FileFault);
  });
});

describe('a CSV file', () => {
  const rows = (text: string) => collect(readCsvRows(chunksOf(text), ['a', 'b']));

  it('gives each row by the names of its columns, also over several lines', async () => {
    expect(await rows('a,b\r\n1,"two\nlines"\r\n3,"say ""x"""\r\n')).toEqual([
      [2, { a: '1', b: 'two\nlines' }],
      [4, { a: '3', b: 'say "x"' }],
    ]);
  });

  it('loses only the line of a stray quote or a missing cell', async () => {
    expect(await rows('a,b\n1,5" pipe\n2,y\n3\n4,z\n')).toEqual([
      [2, undefined],
      [3, { a: '2', b: 'y' }],
      [4, undefined],
      [5, { a: '4', b: 'z' }],
    ]);
  });

  it('without a column of the mapping is refused as a whole', async () => {
    await expect(rows('a,c\n1,2\n')).rejects.toThrow('lacks the columns of the mapping: b');
  });
});

const page = readFileSync('docs/importing-history.md', 'utf8');
const blockOf = (kind: string): string =>
  new RegExp(`\`\`\`${kind}\\n([^\`]*)\`\`\``).exec(page)?.[1] ?? '';

describe('the page about importing', () => {
  const mapping = () => {
    const read = parseWire(ImportMapping, parse(blockOf('yaml')));
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    return read.value;
  };

  it('shows a mapping that makes orders of its rows', async () => {
    const map = createRowMapper(mapping());
    const columns = Object.keys(mapping().columns);
    const found = await collect(readCsvRows(chunksOf(blockOf('csv')), columns));
    const orders: PastOrder[] = [];
    for (const [, cells] of found) {
      const read = await readLine(tokeniser, map(cells as Record<string, unknown>), new Date());
      if (!read.ok) throw new Error(JSON.stringify(read.faults));
      orders.push(read.order);
    }
    expect(orders.map(({ received }) => received.transaction.orderTotal)).toEqual([1129.95, 80]);
    expect(orders.map(({ receivedAt }) => receivedAt.toISOString())).toEqual([
      '2026-02-03T14:30:00.000Z',
      '2026-02-05T04:10:00.000Z',
    ]);
    expect(orders.map(({ labels }) => labels.map(({ kind, at }) => [kind, at]))).toEqual([
      [],
      [['chargeback', '2026-03-20T12:00:00.000Z']],
    ]);
    const [first, second] = orders.map(({ received }) => received.transaction.card);
    expect(first?.tokens).toEqual(second?.tokens);
    expect(first).toMatchObject({ bin6: '411111', last4: '1111', luhnValid: true, length: 16 });
  });

  it('shows a line whose fields are read', async () => {
    const shown = JSON.parse(blockOf('json')) as { transaction: object };
    const line = { ...shown, transaction: { ...exampleBody(), ...shown.transaction } };
    const read = await readLine(tokeniser, line, new Date());
    expect(read).toMatchObject({ ok: true, order: { outcome: 'review', status: 'processed' } });
  });
});

describe('a mapping', () => {
  it.each([
    ['a path of no field', { columns: { a: '__proto__.x' } }],
    ['an unknown zone', { columns: { a: { to: 'receivedAt', zone: 'Mars/Olympus' } } }],
    ['a form without a year', { columns: { a: { to: 'receivedAt', day: 'DD/MM' } } }],
  ])('with %s is refused', (_what, given) => {
    expect(parseWire(ImportMapping, given).ok).toBe(false);
  });

  it('leaves a cell that does not fit to the parser, and never makes a key of it', () => {
    const map = createRowMapper({
      columns: { a: { to: 'receivedAt', time: 'YYYY-MM-DD HH:mm' }, b: 'labels[1].kind' },
      constants: { 'labels[0].kind': 'good', source: 'web' },
    });
    expect(map({ a: '4111 1111 1111 1111', b: 'fraud', c: 'x' })).toEqual({
      ...{ source: 'web', receivedAt: '4111 1111 1111 1111', labels: [{ kind: 'fraud' }] },
    });
    expect(map({ a: '', b: ' ' })).toEqual({ source: 'web' });
  });
});
