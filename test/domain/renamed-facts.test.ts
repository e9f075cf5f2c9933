import { describe, expect, it } from 'vitest';
import { withNamesOfToday } from '../../domain/facts/renamed.js';

describe('the facts stored with a decision', () => {
  it.each([
    [
      'of an earlier release have the frauds under their name of today, and no dispute',
      { 'evidence.disputes180d': 2, 'tx.banner': 'bay' },
      { 'evidence.disputes180d': 0, 'evidence.frauds180d': 2, 'tx.banner': 'bay' },
    ],
    [
      'of today are as they are',
      { 'evidence.disputes180d': 2, 'evidence.frauds180d': 0 },
      { 'evidence.disputes180d': 2, 'evidence.frauds180d': 0 },
    ],
    ['without evidence have none', { 'tx.orderTotal': 1 }, { 'tx.orderTotal': 1 }],
  ])('%s', (_, stored, known) => {
    expect(withNamesOfToday({ ...stored })).toEqual(known);
  });
});
