import { describe, expect, it } from 'vitest';
import { exampleItems } from '../../support/transactions.js';
import { scoreExample } from './rule-case.js';

const hitsOf = (description: string, more: object) =>
  scoreExample({ items: exampleItems({ description, ...more }) }).hits.map(({ id }) => id);

describe('as shipped, goods that are easily sold on', () => {
  it.each([
    ...['Smart watch', 'SMARTWATCH 44 mm', 'Apple iPhone 17', 'Wireless headphones', 'Laptops'],
    ...['PlayStation 5', 'Game console with game', 'AirPods Pro', 'Headphones in a case'],
    ...['Montre connectée', "Casque d'écoute sans fil", 'Écouteurs'],
  ])('trip R23 from 300 on: %s', (description) => {
    expect(hitsOf(description, { extendedPrice: 300 })).toContain('R23');
    expect(hitsOf(description, { extendedPrice: 299 })).not.toContain('R23');
  });

  it('trip R24 from three pieces on', () => {
    expect(hitsOf('Smart watch', { quantity: 3 })).toContain('R24');
    expect(hitsOf('Smart watch', { quantity: 2 })).not.toContain('R24');
  });

  it.each([
    ...['Laptop sleeve', 'Laptop bag', 'Headphone cases', 'iPhone case', 'Smart watch strap'],
    ...['Case for headphones', 'Étui pour iPhone', 'PlayStation game', 'Wool crewneck sweater'],
    ...['Leather shoulder bag', 'Watch', 'Swatch', 'Headphonesque', 'Droned'],
  ])('are none of these: %s', (description) => {
    const hits = hitsOf(description, { extendedPrice: 900, quantity: 3 });
    expect(hits).not.toContain('R23');
    expect(hits).not.toContain('R24');
  });
});
