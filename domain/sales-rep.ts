import { sourceOf } from './facts/transaction.js';
import { normaliseWords } from './text.js';
import type { SanitisedTransaction } from './transaction.js';

/**
 * The sales person as one text, without regard to spelling; undefined when there is none. A web
 * order has none: shops fill the field with a placeholder. A name belongs to a banner: chains have
 * people of one name.
 */
export const salesRepOf = ({
  banner,
  source,
  salesRep = '',
}: Pick<SanitisedTransaction, 'banner' | 'source' | 'salesRep'>): string | undefined => {
  const name = sourceOf({ source }) === 'web' ? '' : normaliseWords(salesRep);
  return name === '' ? undefined : `${banner}\u0000${name}`;
};
