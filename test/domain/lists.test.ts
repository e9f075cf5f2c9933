import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryKind, EntryToAdd } from '../../contracts/v1/lists.js';
import { parseCsv, printCsv } from '../../domain/csv.js';
import { readImport } from '../support/read-files.js';
import { looksLikeCard } from '../../domain/lists/looks-like-card.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { isProblem, readValue } from '../../domain/lists/read-value.js';

type Given = Partial<EntryToAdd>;

const read = (kind: EntryKind, given: Given) => {
  const result = readValue(kind, { reason: 'because', ...given });
  if (result === undefined || isProblem(result)) throw new Error(JSON.stringify(result));
  return result;
};

const refusal = (kind: EntryKind, given: Given) => {
  const result = readValue(kind, { reason: 'because', ...given });
  return result !== undefined && isProblem(result)
    ? `${result.code} ${result.field} ${result.message}`
    : 'taken';
};

const maple = { streetLineOne: '410 Maple Avenue', zip: '60614-1234', country: 'US' };

describe('two spellings of one value are one entry', () => {
  it.each<[EntryKind, Given, Given]>([
    ['email', { value: 'D.ana+x@GoogleMail.com' }, { value: ' dana@gmail.com ' }],
    ['ip', { value: '2001:DB8:1:2::9' }, { value: '2001:db8:1:2:ffff::1' }],
    ['ip', { value: '::ffff:73.44.18.201' }, { value: '73.44.18.201' }],
    [
      'address',
      { address: maple },
      { address: { name: 'D', streetLineOne: '410 MAPLE AVE', zip: '60614', country: 'USA' } },
    ],
    [
      'device',
      { value: '6F9619FF-8B86-4D01-B42D-00CF4FC964FF' },
      { value: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff' },
    ],
    ['email_domain', { value: '@GoogleMail.com.' }, { value: 'gmail.com' }],
    ['email_domain', { value: 'Bücher.example' }, { value: 'xn--bcher-kva.example' }],
    ['email', { value: 'd@bücher.example' }, { value: 'D@xn--bcher-kva.example' }],
    ['ip', { value: '0:0:0:0:0:ffff:8.8.8.8' }, { value: '8.8.8.8' }],
    ['ip', { value: '73.44.18.201/32' }, { value: '73.44.18.201' }],
    ['ip', { value: '73.44.18.201/20' }, { value: '73.44.16.0/20' }],
    ['ip', { value: '::ffff:73.44.18.0/120' }, { value: '73.44.18.0/24' }],
    ['ip', { value: '64:ff9b::73.44.18.0/120' }, { value: '73.44.18.0/24' }],
    ['ip', { value: '2001:DB8:1:2::/64' }, { value: '2001:db8:1:2:ffff::1' }],
    ['ip', { value: '2001:db8:1:2ff::/56' }, { value: '2001:0db8:0001:0200::/56' }],
    [
      'address',
      { address: { ...maple, zip: '2139', country: 'USA' } },
      { address: { ...maple, zip: '02139-4301' } },
    ],
    [
      'address',
      { address: { streetLineOne: '12 First Circle', zip: '901', country: 'Puerto Rico' } },
      { address: { streetLineOne: '12 1st Cir.', zip: '00901', state: 'PR', country: 'US' } },
    ],
    ['text', { value: ' Gift  CARD ' }, { value: 'gift card' }],
  ])('%s', (kind, one, other) => {
    expect(read(kind, one).normalised).toBe(read(kind, other).normalised);
  });

  it('but an account belongs to its banner, and its case counts', () => {
    const values = new Set(
      (['s5a', 'lat'] as const).flatMap((banner) =>
        ['abc12345', 'ABC12345'].map((value) => read('account', { banner, value }).normalised),
      ),
    );
    expect(values.size).toBe(4);
  });
});

describe('the hint of a personal value identifies nobody', () => {
  it.each<[EntryKind, Given, string]>([
    ['email', { value: 'dana.whitfield@example.com' }, 'example.com'],
    ['ip', { value: '73.44.18.201' }, '73.44.18.…'],
    ['ip', { value: '::ffff:73.44.18.201' }, '73.44.18.…'],
    ['ip', { value: '2001:db8:1:2::9' }, '2001:db8:1:…::/64'],
    ['ip', { value: '73.44.18.201/32' }, '73.44.18.…'],
    ['ip', { value: '73.44.18.192/26' }, '73.44.18.…/26'],
    ['ip', { value: '73.44.18.0/24' }, '73.44.18.0/24'],
    ['ip', { value: '2001:db8:0:4200::/56' }, '2001:db8:0:…::/56'],
    ['ip', { value: '2001:db8::/48' }, '2001:db8:0::/48'],
    ['ip', { value: '2001:db8::/32' }, '2001:db8::/32'],
    ['address', { address: maple }, 'US 606'],
    ['account', { value: 'C-00412345', banner: 's5a' }, 's5a …2345'],
    ['account', { value: 'abcde', banner: 's5a' }, 's5a …de'],
    ['account', { value: 'a', banner: 's5a' }, 's5a …'],
    ['device', { value: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff' }, '…64ff'],
    ['bin', { value: '411111' }, '411111'],
  ])('%s %j: %s', (kind, given, hint) => {
    expect(read(kind, given).hint).toBe(hint);
  });
});

describe('a card number', () => {
  const pan = '4111111111111111';
  const kinds = ['email', 'account', 'device', 'ip', 'bin', 'email_domain', 'text'] as const;
  const forms = [
    pan,
    '4111 1111 1111 1111',
    '4111.1111.1111.1111',
    'x4111-1111_1111/1111y',
    '４１１１１１１１１１１１１１１１',
    `${pan}@example.com`,
    `${pan}.com`,
    '4111\u200b111111111111',
  ];

  it.each(kinds)('is refused as %s in every form, and not repeated', (kind) => {
    for (const value of forms) {
      const said = refusal(kind, { value, ...(kind === 'account' && { banner: 's5a' }) });
      expect(said, value).toContain('looks like a card number');
      expect(said).not.toContain('1111');
    }
  });

  it('is refused in every field of an address', () => {
    for (const field of ['streetLineOne', 'streetLineTwo', 'city', 'state', 'zip', 'name'] as const)
      expect(refusal('address', { address: { ...maple, [field]: pan } }), field).toMatch(
        /^invalid_value address looks like a card number/,
      );
  });

  it('is no value of a card: a card is listed by an order that used it', () => {
    expect(refusal('card', { value: pan })).toMatch(/^invalid_value value must not be given/);
    expect(refusal('card', {})).toBe(
      'missing_field transactionId is required for an entry of this kind',
    );
  });

  it('is not seen in ids and addresses that are none', () => {
    for (const text of ['73.44.18.201', 'SKU-001', '410 Maple Ave', '60614-1234'])
      expect(looksLikeCard(text), text).toBe(false);
  });

  it('is not seen in a UUID whose digits pass Luhn by chance, with or without its dashes', () => {
    // 4131-8811-0717-3 is a card number by its digits.
    const uuid = 'fc24e70c-22b2-4131-8811-0717c3acb056';
    const plain = 'ab4111111111111111cdefabcdefabcd';
    expect([uuid, uuid.toUpperCase(), plain].map(looksLikeCard)).toEqual([false, false, false]);
    expect(read('account', { banner: 's5a', value: uuid }).hint).toBe('s5a …b056');
    expect([`${uuid} ${pan}`, `id ${uuid}`].map(looksLikeCard)).toEqual([true, true]);
  });
});

describe('what is no value of its kind is refused', () => {
  const tooWide = (value: string): [EntryKind, Given, string] => [
    'ip',
    { value },
    'invalid_value value must be a range of /8 to /32 for IPv4 or of /24 to /64 for IPv6',
  ];
  const inside = (value: string): [EntryKind, Given, string] => [
    'ip',
    { value },
    'invalid_value value must not hold private addresses, or IPv4 addresses written as IPv6',
  ];

  it.each<[EntryKind, Given, string]>([
    ['email', { value: 'example.com' }, 'invalid_email value'],
    ['ip', { value: '73.44.18/24' }, 'invalid_value value must be an IPv4 or IPv6 address, or'],
    ['ip', { value: '73.44.18.0/' }, 'invalid_value value must be an IPv4 or IPv6 address, or'],
    ...['0.0.0.0/0', '73.0.0.0/7', '73.44.18.0/33', '::/0', '2001:db8::/23'].map(tooWide),
    ...['2001:db8:1:2::9/65', '::ffff:0:0/96', '64:ff9b::/96'].map(tooWide),
    ...['10.1.0.0/16', '172.0.0.0/8', '192.168.1.0/24', '127.0.0.0/8', '100.64.0.0/12'].map(inside),
    ...['fd12::/32', 'fe80::/64', '::/64', '::ffff:10.0.0.0/104', '64:ff9b::/64'].map(inside),
    ['text', { value: '73.44.18.201/32' }, 'invalid_value value'],
    ['device', { value: '…64ff' }, 'invalid_value value'],
    ['bin', { value: '41111111' }, 'invalid_value value'],
    ['email_domain', { value: 'dana@example.com' }, 'invalid_value value'],
    ['text', { value: 'dana@example.com' }, 'invalid_value value'],
    ['text', { value: '73.44.18.201' }, 'invalid_value value'],
    ['account', { value: 'C-00412345' }, 'missing_field banner'],
    ['email', { value: 'd@example.com', banner: 's5a' }, 'invalid_value banner'],
    ['email', { value: 'd@example.com', transactionId: 'tx_0' }, 'invalid_value transactionId'],
    ['address', { value: '410 Maple Ave' }, 'invalid_value value'],
    ['address', { address: { streetLineOne: 'Apt', country: 'US' } }, 'invalid_value address'],
    ...['Nowhere', 'ZZ', 'Europe', '  -'].map(
      (country): [EntryKind, Given, string] =>
        [
          ...['address' as const, { address: { ...maple, country } }],
          'invalid_value address must have a country',
        ] as [EntryKind, Given, string],
    ),
    [
      'address',
      { address: { streetLineOne: '410 Maple Ave', state: 'IL', country: 'US' } },
      'invalid_value address must have a street, and a postal code or city',
    ],
  ])('%s %j', (kind, given, said) => {
    expect(refusal(kind, given)).toContain(said);
  });
});

describe('a reason', () => {
  it('is kept without card numbers, mailboxes and IP addresses', () => {
    const reason = 'at 12:30:45 dana@example.com paid 4111 1111 1111 1111 from 73.44.18.201, ::1a';
    expect(maskReason(reason)).toBe('at 12:30:45 *@example.com paid 411111*1111 from *, *');
  });
});

describe('CSV', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...Array.from(`'"=+-@\t\r\n,; a＝`)) }),
  );

  it('printed and read again is the same, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1 })), (rows) => {
        const { rows: again, problems } = parseCsv(printCsv(rows));
        expect(problems).toEqual([]);
        expect(again.map(({ cells }) => cells)).toEqual(rows);
      }),
    );
  });

  it('has no cell that a spreadsheet would run', () => {
    fc.assert(
      fc.property(cell, (text) => {
        const [printed = ''] = printCsv([['x', text]])
          .split(/(?<=^x,)/)
          .slice(1);
        expect(printed.replace(/^"/, '')).not.toMatch(/^[=+\-@\t]/);
      }),
    );
  });
});

describe('a file of entries', () => {
  const faults = (text: string, kind: EntryKind | null = 'email') => {
    const result = readImport(text, kind);
    return result.ok ? [] : result.faults.map(({ error, message }) => `${error} ${message}`);
  };

  it('gives its entries with their lines', () => {
    const text =
      'reason,Value,expires_at\r\n"a, b",d@example.com,2031-01-01T00:00:00Z\n\nc,e@f.com,';
    expect(readImport(text, 'email')).toEqual({
      ok: true,
      lines: [
        {
          line: 2,
          entry: { value: 'd@example.com', reason: 'a, b', expiresAt: new Date('2031-01-01') },
        },
        { line: 4, entry: { value: 'e@f.com', reason: 'c' } },
      ],
    });
  });

  it('accepts an address in one cell, a card by its order, an account with its banner', () => {
    const text = `kind,value,reason,banner
address,410 Maple Ave | 60614 | US,x,
card,tx_1,x,
account,C-1,x,s5a`;
    const result = readImport(text, null);
    expect(result.ok && result.lines.map(({ entry }) => entry)).toEqual([
      {
        kind: 'address',
        address: { streetLineOne: '410 Maple Ave', zip: '60614', country: 'US' },
        reason: 'x',
      },
      { kind: 'card', transactionId: 'tx_1', reason: 'x' },
      { kind: 'account', value: 'C-1', reason: 'x', banner: 's5a' },
    ]);
  });

  it('refuses an address that is not street, postal code and country', () => {
    const wrong = 'must be street | postal code | country, with two | in it';
    const file = (cell: string) => faults(`kind,value,reason\naddress,${cell},x`, null);
    for (const cell of ['12 Main St | Apt 4 | 10001 | US', '12 Main St | US', '12 Main St']) {
      expect(file(cell)).toEqual([`invalid_value line 2: value ${wrong}`]);
    }
    expect(file('12 Main St Apt 4 | 10001 | US')).toEqual([]);
  });

  it('names every fault by line and column, and repeats nothing of the file', () => {
    const text = 'value,reason,expires_at,state\na@b.com,,soon,\nb@b.com,x,,removed\nc@b.com,x';
    expect(faults(text)).toEqual([
      'missing_field line 2: reason is required',
      'invalid_value line 2: expires_at must be a date-time with its zone, such as ' +
        '2026-11-29T12:00:00Z',
      'invalid_value line 3: state must be live: other entries are not taken over',
      'invalid_value line 4: must have as many cells as the first line has',
    ]);
  });

  it.each([
    ['', 'line 1: a header line is needed'],
    ['value\nx', 'line 1: the column reason is missing'],
    ['value,reason,secret\nx,y,z', 'line 1: an unknown column'],
    ['value,reason,value\nx,y,z', 'line 1: a column is there twice'],
    ['value,reason\n"x,y', 'line 2: has a quote that is not closed'],
    [`value,reason\n${'a,b\n'.repeat(10_001)}`, 'line 1: at most 10000 lines may follow'],
  ])('that is not well-formed is refused: %#', (text, said) => {
    expect(faults(text).join('\n')).toContain(said);
  });

  it('whose first line is broken has no header, and what follows it is not repeated', () => {
    expect(faults('va"lue,reason\nAnn,x\n"').map((text) => text.split(':')[0])).toEqual([
      'invalid_value line 1',
      'invalid_value line 3',
    ]);
  });
});
