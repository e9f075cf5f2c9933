import { randomBytes } from 'node:crypto';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import type { Tokeniser, Vault } from '../../services/context.js';

/** The keys of an installation, for the product and for the orders that are stored beside it. */
export interface DeskKeys {
  readonly env: Readonly<Record<string, string>>;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
}

const keyBytes = 32;

export const createDeskKeys = (): DeskKeys => {
  const cards = randomBytes(keyBytes);
  const payloads = randomBytes(keyBytes);
  const partners = randomBytes(keyBytes);
  const listOf = (bytes: Buffer): string => `bench:${bytes.toString('base64')}`;
  return {
    env: {
      CARD_TOKEN_KEYS: listOf(cards),
      PAYLOAD_KEYS: listOf(payloads),
      PARTNER_TOKEN_KEY: partners.toString('base64'),
    },
    vault: createVault(new Keyring([{ id: 'bench', bytes: payloads }])),
    tokeniser: createTokeniser(new Keyring([{ id: 'bench', bytes: cards }]), partners),
  };
};
