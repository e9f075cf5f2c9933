import { describe, expect, it } from 'vitest';
import { type AvsDialect, canonicalAvs } from '../../domain/avs.js';

const table: readonly [AvsDialect, string, street: string, zip: string][] = [
  ['orbital', '9 B H X JA M2 M5 N5 N8 N9', 'match', 'match'],
  ['orbital', 'A C Z', 'no_match', 'match'],
  ['orbital', 'D F', 'match', 'no_match'],
  ['orbital', 'E G M8', 'no_match', 'no_match'],
  ['orbital', 'JB N3 M4 M7', 'match', 'unverified'],
  ['orbital', 'JD N7 M3 M6', 'unverified', 'match'],
  ['orbital', 'JC N4 N6 M1 3 8 UK', 'unverified', 'unverified'],
  ['orbital', '4 R J', 'unsupported', 'unsupported'],
  ['orbital', '1 7', 'none', 'none'],
  ['orbital', '2 5 6', 'error', 'error'],
  ['paymentech-host', 'IA A3 B3', 'match', 'match'],
  ['paymentech-host', 'IB A7 B7', 'match', 'unverified'],
  ['paymentech-host', 'IP A4 B4', 'unverified', 'match'],
  ['paymentech-host', 'B8', 'no_match', 'no_match'],
  ['paymentech-host', 'IC IG IU A1', 'unverified', 'unverified'],
  ['paymentech-host', 'ID', 'unsupported', 'unsupported'],
  ['paymentech-host', 'IE IS N2', 'error', 'error'],
  ['paymentech-host', 'N1', 'none', 'none'],
  ['visa', 'Y X D M J Q V H', 'match', 'match'],
  ['visa', 'A O', 'match', 'no_match'],
  ['visa', 'B T', 'match', 'unverified'],
  ['visa', 'Z W L', 'no_match', 'match'],
  ['visa', 'P F', 'unverified', 'match'],
  ['visa', 'N K', 'no_match', 'no_match'],
  ['visa', 'C I G U', 'unverified', 'unverified'],
  ['visa', 'S', 'unsupported', 'unsupported'],
  ['visa', 'R E', 'error', 'error'],
];

const rows = table.flatMap(([dialect, codes, street, zip]) =>
  codes.split(' ').map((code) => [dialect, code, street, zip] as const),
);

describe('canonicalAvs', () => {
  it.each(rows)('%s %s is street %s, zip %s', (dialect, code, street, zip) => {
    expect(canonicalAvs(dialect, code)).toMatchObject({ street, zip, known: true });
  });

  it('keeps the letters that collide apart by dialect', () => {
    expect(canonicalAvs('orbital', 'G').zip).toBe('no_match');
    expect(canonicalAvs('visa', 'G').zip).toBe('unverified');
    expect(canonicalAvs('orbital', 'D').zip).toBe('no_match');
    expect(canonicalAvs('visa', 'D').zip).toBe('match');
  });

  it('reports a wrong name for exactly the codes that mean it', () => {
    const wrongName = rows
      .filter(([dialect, code]) => canonicalAvs(dialect, code).nameMismatch)
      .map(([dialect, code]) => `${dialect} ${code}`);
    expect(wrongName.toSorted()).toEqual([
      'orbital M5',
      'orbital M6',
      'orbital M7',
      'orbital M8',
      'paymentech-host B3',
      'paymentech-host B4',
      'paymentech-host B7',
      'paymentech-host B8',
      'visa H',
      'visa T',
    ]);
  });

  it('reads padded and lower-case codes', () => {
    expect(canonicalAvs('orbital', ' h ')).toEqual(canonicalAvs('orbital', 'H'));
    expect(canonicalAvs('orbital', 'ja')).toEqual(canonicalAvs('orbital', 'JA'));
  });

  it('reads a blank code as no check made', () => {
    expect(canonicalAvs('orbital', ' ')).toMatchObject({ zip: 'none', known: true });
    expect(canonicalAvs('paymentech-host', '')).toMatchObject({ zip: 'unverified', known: true });
    expect(canonicalAvs('visa', '')).toMatchObject({ zip: 'none', known: true });
  });

  it.each(['??', 'constructor', '__proto__', 'I8', 'blank'])(
    'reads the unlisted code %s as unverified and not known',
    (code) => {
      const unknown = { street: 'unverified', zip: 'unverified', nameMismatch: false };
      expect(canonicalAvs('paymentech-host', code)).toEqual({ ...unknown, known: false });
    },
  );
});
