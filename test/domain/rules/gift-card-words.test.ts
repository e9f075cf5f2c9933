import { describe, expect, it } from 'vitest';
import { readFacts } from '../../../domain/facts/catalogue.js';
import { exampleItems, exampleTransaction } from '../../support/transactions.js';
import { exampleSource } from './example-source.js';

const quantityOf = (description: string) => {
  const transaction = exampleTransaction({ items: exampleItems({ description, quantity: 1 }) });
  return readFacts({ ...exampleSource(), transaction })['giftCards']?.['quantity'];
};

describe('the shipped words for gift cards', () => {
  it.each([
    ...['GIFTCARD', 'GiftCards $500', 'Saks giftcard, blue', 'gift card', 'gift cards'],
    ...['Gift-Card', 'eGiftCard', 'EGIFTCARDS', 'e-gift card', 'E-Gift Cards', 'e-giftcard'],
    ...['egift', 'eGift card 50', 'eGifts', 'Gift Certificate', 'gift certificates'],
    ...['GIFTCERTIFICATE', 'Carte-cadeau', 'carte cadeau 50 $', 'CARTES-CADEAUX', 'Cartes cadeau'],
    ...['Chèque-cadeau', 'chèques-cadeaux', 'Bon cadeau', 'e-carte-cadeau', 'Certificat-cadeau'],
    ...['Carte‑cadeau électronique', 'Gift card in a gift box', 'Gift card holder + gift card 50'],
    ...['Gift card 50 with holder', 'Porte-carte-cadeau avec carte-cadeau'],
  ])('find %s', (description) => {
    expect(quantityOf(description)).toBe(1);
  });

  it.each([
    ...['gift wrap', 'GIFTWRAP', 'Gift cardigan', 'giftcardigan', 'gift box', 'card holder'],
    ...[
      'Gift Card Holder',
      'gift-card holders',
      'GIFT CARD BOX',
      'Gift card boxes',
      'eGift card tin',
    ],
    ...['GiftCard gift box', 'Holder for gift cards', 'Porte-carte-cadeau', 'Porte-cartes-cadeaux'],
    ...['Étui pour carte-cadeau', 'Boîte pour cartes-cadeaux', 'carte de souhaits', 'cadeau'],
    ...['Gift tag cards', 'regift card-case', 'Giftware'],
  ])('do not find %s', (description) => {
    expect(quantityOf(description)).toBe(0);
  });
});
