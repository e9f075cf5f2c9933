import { sourceOf } from './facts/transaction.js';
import { normaliseWords } from './text.js';
import type { SanitisedTransaction } from './transaction.js';

/**
 * The sales person as one normalised text; undefined when there is none. A web order has none,
 * because shops fill the field with a placeholder. The banner is part of the text, because people
 * of different chains may share a name.
 */
export const salesRepOf = ({
  banner,
  source,
  salesRep = '',
}: Pick<SanitisedTransaction, 'banner' | 'source' | 'salesRep'>): string | undefined => {
  const name = sourceOf({ source }) === 'web' ? '' : normaliseWords(salesRep);
  return name === '' ? undefined : `${banner}\u0000${name}`;
};
